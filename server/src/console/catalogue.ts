import { censusTaker } from '../exploration/census.ts'
import type { Services } from '../services.ts'
import type { ConsoleParts } from './console.ts'
import { inspectCreator } from './creator.ts'
import { inspectExploration } from './exploration.ts'
import type { LakeLooks } from './lake-looks.ts'
import { searchVideos } from './search.ts'
import { inspectVideo } from './video.ts'

/** What the console asks about videos, creators and exploration. */
export function catalogueOf(
  parts: ConsoleParts,
  looks: LakeLooks,
): Pick<Services['console'], 'searchVideos' | 'inspectVideo' | 'inspectCreator' | 'inspectExploration'> {
  const { config } = parts
  const all = { ...parts, looks, census: censusTaker(parts) }
  return {
    searchVideos: searchVideos(all),
    inspectVideo: inspectVideo(all),
    inspectCreator: inspectCreator({ ...all, creatorWeight: config.models.creatorWeight }),
    inspectExploration: inspectExploration({ ...all, share: config.feed.explorationShare, horizonHours: config.events.horizonHours }),
  }
}
