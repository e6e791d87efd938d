/** How far something is. */
export interface Progress {
  readonly phase: string
  readonly done: number
  readonly total: number
}

const redrawMs = 200

/** Says how far something long is: one line that is redrawn on a terminal, elsewhere a line a phase. */
export class ProgressLines {
  readonly #to: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>
  readonly #now: () => number
  #phase = ''
  #startedMs = 0
  #drawnMs = 0

  constructor(to: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>, now: () => number = () => performance.now()) {
    this.#to = to
    this.#now = now
  }

  show({ phase, done, total }: Progress): void {
    const now = this.#now()
    if (phase !== this.#phase) {
      this.end()
      this.#phase = phase
      this.#startedMs = now
      this.#to.write(this.#to.isTTY ? `${phase} …` : `${phase}\n`)
    } else if (this.#to.isTTY && now - this.#drawnMs >= redrawMs && done > 0) {
      this.#drawnMs = now
      const leftS = Math.ceil(((now - this.#startedMs) / done / 1000) * (total - done))
      this.#to.write(`\r${phase}: ${done} of ${total}, ${leftS} s left\u001b[K`)
    }
  }

  /** Leaves the line. */
  end(): void {
    if (this.#to.isTTY && this.#phase !== '') this.#to.write('\n')
    this.#phase = ''
  }
}
