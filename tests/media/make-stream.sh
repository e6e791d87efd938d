#!/bin/sh
# Makes the video of tests/media/stream: four seconds of VP9 as HLS in two parts. Needs ffmpeg; sh tests/media/make-stream.sh
# The other playlists and the captions are written by hand.
set -eu
cd "$(dirname "$0")/stream"
ffmpeg -hide_banner -loglevel error -y -f lavfi -i testsrc2=size=90x160:rate=12:duration=4 \
  -c:v libvpx-vp9 -crf 50 -b:v 0 -g 24 -pix_fmt yuv420p -flags +bitexact -fflags +bitexact \
  -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4 -hls_fmp4_init_filename init.mp4 \
  -hls_segment_filename 'part%d.m4s' video.m3u8
