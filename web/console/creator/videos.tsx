import type { JSX } from 'solid-js'
import type { CreatorVideo } from '../../generated/vireo/v1/console_video.ts'
import { count } from '../../shared/format.ts'
import { Table } from '../../shared/table.tsx'
import { State, VideoLink } from '../video/links.tsx'
import { ageWord, placeWord } from '../video/words.ts'
import { AgainstOthers } from './against.tsx'

/** A creator's videos, each against those that are as far as it is. */
export function Videos(props: { videos: readonly CreatorVideo[]; total: number; asOf: string }): JSX.Element {
  const caption = () =>
    props.total > props.videos.length
      ? `The ${props.videos.length} latest of ${count(props.total)} videos`
      : `${count(props.total)} ${props.total === 1 ? 'video' : 'videos'}`
  return (
    <Table
      caption={caption()}
      rows={props.videos}
      columns={[
        { name: 'Video', cell: ({ video }) => <VideoLink video={video!} />, sort: ({ video }) => video!.title },
        { name: 'State', cell: ({ video }) => <State state={video!.state} />, sort: ({ video }) => video!.state },
        {
          name: 'Age',
          about: 'Since the upload',
          cell: ({ video }) => ageWord(video!.uploaded, props.asOf),
          sort: ({ video }) => -Date.parse(video!.uploaded ?? '1970-01-01'),
        },
        { name: 'Exploration', cell: ({ video }) => placeWord(video!.place), sort: ({ video }) => placeWord(video!.place) },
        { name: 'Recommended', about: 'Of all time', cell: ({ ever }) => count(ever!.served), sort: ({ ever }) => ever!.served },
        {
          name: 'In its first day',
          about: 'Recommended within 24 hours of the upload, by whole hours; known of the last 7 days’ uploads',
          cell: ({ firstDayServed }) => (firstDayServed === undefined ? 'unknown' : count(firstDayServed)),
          sort: ({ firstDayServed }) => firstDayServed ?? -1,
        },
        { name: 'Plays', about: 'Of all time', cell: ({ ever }) => count(ever!.plays), sort: ({ ever }) => ever!.plays },
        {
          name: 'Watch rate',
          about: 'Plays of 10 s and more, against all videos of its categories that are as far in exploration',
          cell: ({ watchRate }) => <AgainstOthers of={watchRate!} />,
          sort: ({ watchRate }) => watchRate!.rate ?? -1,
        },
        {
          name: 'Like rate',
          about: 'Likes a play, against all videos of its categories that are as far in exploration',
          cell: ({ likeRate }) => <AgainstOthers of={likeRate!} />,
          sort: ({ likeRate }) => likeRate!.rate ?? -1,
        },
      ]}
    />
  )
}
