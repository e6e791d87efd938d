/** When something is to be looked at again, by minute: each at most once ahead of its time. */
export class Timetable {
  readonly #minutes = new Map<number, number>()
  readonly #byMinute = new Map<number, number[]>()
  #seen = Number.NEGATIVE_INFINITY

  /** At the latest then; whatever was said before for a later minute is void. Infinity is never. */
  set(entity: number, minute: number): void {
    if (minute === Number.POSITIVE_INFINITY || minute >= (this.#minutes.get(entity) ?? Number.POSITIVE_INFINITY)) return
    this.#minutes.set(entity, minute)
    const same = this.#byMinute.get(minute)
    if (same === undefined) this.#byMinute.set(minute, [entity])
    else same.push(entity)
  }

  /** Those whose minute has come. */
  due(minute: number): number[] {
    if (minute === this.#seen) return []
    this.#seen = minute
    const due: number[] = []
    for (const [at, entities] of this.#byMinute) {
      if (at > minute) continue
      this.#byMinute.delete(at)
      for (const entity of entities) {
        if (this.#minutes.get(entity) !== at) continue
        this.#minutes.delete(entity)
        due.push(entity)
      }
    }
    return due
  }
}
