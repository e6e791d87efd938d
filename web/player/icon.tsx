import type { JSX } from 'solid-js'

/** Outlines in a square of 24. */
const outlines = {
  like: 'M12 20.5 4.6 13a4.9 4.9 0 0 1 0-7 4.9 4.9 0 0 1 7 0l.4.5.4-.5a4.9 4.9 0 0 1 7 7z',
  comment: 'M21 11.5a8.5 8 0 0 1-12.4 7.1L3.5 20l1.6-4.6A7.7 7.7 0 0 1 4 11.5a8.5 8 0 0 1 17 0z',
  share: 'M13.5 5.5 21 12l-7.5 6.5v-4C8.5 14.5 5.5 16 3 19.5c.6-5 3.7-9.3 10.5-10z',
  more: 'M5 11.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6zM12 11.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6zM19 11.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6z',
  follow: 'M10 11.500a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.500zM3 20c.5-3.5 3.5-5.5 7-5.5 1.5 0 2.9.4 4 1M18 14v6M15 17h6',
  check: 'M10 11.500a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.500zM3 20c.5-3.5 3.5-5.5 7-5.5 1.5 0 2.9.4 4 1M15 17.500l2 2 4-4.5',
  sound: 'M4 9.500v5h3.500L12 18.5v-13L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a7.5 7.5 0 0 1 0 11',
  muted: 'M4 9.500v5h3.500L12 18.5v-13L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5',
  captions:
    'M4 5.500h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM10.5 10.700a2 2 0 1 0 0 2.600M17 10.700a2 2 0 1 0 0 2.6',
  person: 'M12 11.500a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.500zM4.5 20c.6-3.5 3.5-5.5 7.5-5.500s6.9 2 7.5 5.5',
  pause: 'M8.5 6v12M15.5 6v12',
  play: 'M8 5.500v13l10.5-6.500z',
  close: 'M6 6l12 12M18 6 6 18',
  why: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.500a2.5 2.5 0 1 1 3.6 2.200c-.8.4-1.1.9-1.1 1.800M12 16.500h.01',
  refuse: 'M3.5 12s3-6 8.5-6 8.5 6 8.5 6-3 6-8.5 6-8.5-6-8.5-6zM4 4l16 16',
  category: 'M4 4h7l9 9-7 7-9-9zM8 8h.01',
  report: 'M5 21V4h12l-2.5 4L17 12H5',
  block: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.6 5.600l12.8 12.8',
} as const

export type IconName = keyof typeof outlines

/** A picture beside a word, or in a button with a label. */
export function Icon(props: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={outlines[props.name]} />
    </svg>
  )
}
