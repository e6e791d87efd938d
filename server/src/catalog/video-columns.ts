import { VideoState } from '../generated/vireo/v1/catalog.ts'
import { nextCapacity, resized } from './id-table.ts'

/** Categories that count for a video: those of the highest confidence. */
export const categoriesPerVideo = 4

/** What is known of every video, by slot: about 45 bytes a piece. 0 stands for unknown or none, everywhere. */
export class VideoColumns {
  /** `VideoState`. */
  state = new Uint8Array(64)
  creator = new Uint32Array(64)
  audio = new Uint32Array(64)
  /** Videos with the same content address share it. */
  content = new Uint32Array(64)
  lengthMs = new Uint32Array(64)
  /** In seconds since 1970. */
  uploadedS = new Uint32Array(64)
  language = new Uint16Array(64)
  /** The set of countries it is limited to. */
  countries = new Uint16Array(64)
  ageRating = new Uint8Array(64)
  /** `categoriesPerVideo` a video. */
  categories = new Uint16Array(64 * categoriesPerVideo)
  /** The creator's next older video, as slot + 1. */
  olderByCreator = new Uint32Array(64)

  /** Makes room for a slot. */
  reserve(slot: number): void {
    if (slot < this.state.length) return
    const capacity = Math.max(slot + 1, nextCapacity(this.state.length))
    this.state = resized(this.state, capacity)
    this.creator = resized(this.creator, capacity)
    this.audio = resized(this.audio, capacity)
    this.content = resized(this.content, capacity)
    this.lengthMs = resized(this.lengthMs, capacity)
    this.uploadedS = resized(this.uploadedS, capacity)
    this.language = resized(this.language, capacity)
    this.countries = resized(this.countries, capacity)
    this.ageRating = resized(this.ageRating, capacity)
    this.categories = resized(this.categories, capacity * categoriesPerVideo)
    this.olderByCreator = resized(this.olderByCreator, capacity)
  }

  hasCategory(slot: number, category: number): boolean {
    for (let at = slot * categoriesPerVideo; at < (slot + 1) * categoriesPerVideo; at++) if (this.categories[at] === category) return true
    return false
  }

  isCleared(slot: number): boolean {
    return this.state[slot] === VideoState.VIDEO_STATE_CLEARED
  }
}
