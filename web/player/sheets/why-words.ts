import type { ExplainResponse, ExplainResponse_ServedResult as Served } from '../../generated/vireo/v1/admin.ts'
import { duration, share } from '../../shared/format.ts'

const sources: Readonly<Record<string, string>> = {
  two_tower: 'what people with your taste watch',
  near_liked: 'what is like your last favourites',
  more_like_this: 'what others watch who watch what you watch',
  followed_creators: 'videos of creators you follow',
  trending: 'what is watched much right now',
  popular: 'what was watched much this week',
  other_categories: 'categories that you rarely see',
  fresh_uploads: 'the latest uploads',
  bucket_flow: 'new videos that look for their audience',
}

/** A task's chance in words; of what is not wished for, that it does not happen. */
const hopes: Readonly<Record<string, readonly [text: string, isFeared?: true]>> = {
  finish: ['you watch it to the end'],
  long_view: ['you watch a good part of it'],
  like: ['you like it'],
  share: ['you share it'],
  comment: ['you comment on it'],
  follow: ['you follow its creator'],
  click: ['you really play it'],
  skip: ['you do not swipe past at once', true],
  not_interested: ['you do not turn it down', true],
}
const hopesShown = 3
const leastShown = 0.001

const levels: Readonly<Record<string, string>> = {
  LEVEL_LIGHT_RANKING: 'The server was busy: only the best few were ranked.',
  LEVEL_NO_RANKING: 'No model ranked this page; how well videos do with everybody stood in.',
  LEVEL_POPULAR: 'The personal feed failed, or had no time; this page is what is popular.',
}

/** An explanation in plain sentences. */
export function explanationOf({ served, verdict }: Pick<ExplainResponse, 'served' | 'verdict'>): string[] {
  if (served === undefined) return [verdict]
  return [found(served), placed(served), ...expected(served), levels[served.level] ?? ''].filter((sentence) => sentence !== '')
}

function found({ foundBy, source }: Served): string {
  const names = foundBy.length > 0 ? foundBy.map((finding) => finding.source) : [source]
  const words = names.map((name) => sources[name] ?? name).filter((name) => name !== '')
  return words.length === 0 ? '' : `It was found among ${new Intl.ListFormat('en').format(words)}.`
}

function placed({ position, propensity }: Served): string {
  if (propensity > 0)
    return `It is here to be tried: this place is kept for new videos, and the chance that it went to this one was ${propensity < leastShown ? 'under 0.1%' : share(propensity)}.`
  return position >= 0 ? `It was ranked against all other candidates, and came to place ${position + 1} of its page.` : ''
}

function expected({ chances, valueTerms, watchMs }: Served): string[] {
  const strongest = Object.entries(valueTerms)
    .filter(([task]) => task in hopes && task in chances)
    .sort(([, one], [, other]) => other - one)
    .slice(0, hopesShown)
    .map(([task]) => {
      const [text, isFeared] = hopes[task]!
      return `${share(isFeared ? 1 - chances[task]! : chances[task]!)} that ${text}`
    })
  const said: string[] = []
  if (strongest.length > 0) said.push(`What counted most, as the model sees it: ${new Intl.ListFormat('en').format(strongest)}.`)
  if (watchMs !== undefined) said.push(`It expects you to watch for ${duration(watchMs)}.`)
  return said
}
