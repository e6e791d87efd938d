"""A page of a feed, a watch of its first video to the end, and the next page, which knows of it: plain gRPC.

python feed.py [person]
"""

import os
import sys
import uuid

import grpc

from vireo.v1 import events_pb2, events_pb2_grpc, feed_pb2, feed_pb2_grpc

# Where the server asks for keys: one with the scopes feed and events.
KEY = os.environ.get("VIREO_KEY")
METADATA = [("authorization", f"Bearer {KEY}")] if KEY else []


def main(person: str) -> None:
    with grpc.insecure_channel(os.environ.get("VIREO_SERVER", "127.0.0.1:8081")) as channel:
        feed = feed_pb2_grpc.RecsServiceStub(channel)
        events = events_pb2_grpc.EventServiceStub(channel)

        first = next_page(feed, person)
        video = first.results[0]
        watch = events_pb2.UserVideoEvent(
            evt_type=events_pb2.UserVideoEvent.Watch,
            userid=person,
            video_id=video.video_id,
            tracking=video.tracking,
            # The same id again, after a failure, counts once.
            event_id=str(uuid.uuid4()),
            watch_ms=video.length_ms if video.HasField("length_ms") else 10_000,
        )
        watch.evt_time.GetCurrentTime()
        answer = events.SendEvents(events_pb2.SendEventsRequest(events=[watch]), timeout=5, metadata=METADATA)
        print(f"\naccepted: {answer.accepted}\n")
        for refused in answer.refused:
            print(f"refused: {refused.code}: {refused.message}")
        next_page(feed, person)


def next_page(feed: feed_pb2_grpc.RecsServiceStub, person: str) -> feed_pb2.RecsResponse:
    request = feed_pb2.RecsRequest(userid=person, result_per_page=5)
    page = feed.GetVideos(request, timeout=5, metadata=METADATA)
    for video in page.results:
        print(video.video_id, video.video_title, video.reason, sep="\t")
    return page


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "guest")
