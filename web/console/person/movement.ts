import { type FeedTrial_Candidate as Candidate, FeedTrial_Fate as Fate, type FeedTrial } from '../../generated/vireo/v1/console_person.ts'

export interface Movement {
  /** Such as '▲ 2'. */
  readonly sign: string
  readonly words: string
  readonly tone: 'good' | 'bad' | 'quiet'
  /** Of what is gone. */
  readonly why?: string
}

/** How a video of the tried page moved against the page as things are. */
export function movementOf(videoId: string, position: number, baseline: FeedTrial): Movement {
  const before = baseline.page.findIndex((pick) => pick.videoId === videoId)
  if (before < 0) return { sign: 'new', words: 'new on the page', tone: 'good' }
  if (before === position) return { sign: '=', words: 'in the same place', tone: 'quiet' }
  const places = Math.abs(before - position)
  const by = `${places} ${places === 1 ? 'place' : 'places'}`
  return before > position
    ? { sign: `▲ ${places}`, words: `up ${by}`, tone: 'good' }
    : { sign: `▼ ${places}`, words: `down ${by}`, tone: 'bad' }
}

/** What became of a video of the page as things are, on the tried one; undefined where it is still there. */
export function lossOf(videoId: string, trial: FeedTrial): Movement | undefined {
  if (trial.page.some((pick) => pick.videoId === videoId)) return undefined
  const candidate = trial.candidates.find((each) => each.videoId === videoId)
  return {
    sign: 'gone',
    words: 'not on the other page',
    tone: 'bad',
    why: candidate === undefined ? 'no source finds it' : fateOf(candidate),
  }
}

/** What became of a candidate, in words. */
export function fateOf({ fate, position, rank, stoppedBy }: Candidate): string {
  switch (fate) {
    case Fate.FATE_PICKED:
      return `picked, in place ${position! + 1}`
    case Fate.FATE_REMOVED:
      return `removed by ${stoppedBy}`
    case Fate.FATE_OUTRANKED:
      return `outranked, in place ${rank}`
    case Fate.FATE_PASSED_OVER:
      return `passed over by ${stoppedBy}`
    case Fate.FATE_NOT_PLACED:
      return 'drawn for exploration, not placed'
    case Fate.FATE_NO_ROOM:
      return 'no room among the candidates'
    default:
      return 'unknown'
  }
}

/** What candidates of one fate have in common, in words. */
export const kindOfFate = (candidate: Candidate): string => fateOf(candidate).split(', in place')[0]!
