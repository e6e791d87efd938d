import { instancesChannel } from '@platformatic/kafka'

let isHeard = false

/**
 * The client listens for one error of a connection. Where a login is refused and the broker then resets the connection, a
 * second one comes, which nobody hears: it would end the process. What failed is told by the first.
 */
export function hearConnectionErrors(): void {
  if (isHeard) return
  isHeard = true
  instancesChannel.subscribe((created) => {
    const { instance, type } = created as { type: string; instance: { on(event: 'error', listener: () => void): void } }
    if (type === 'connection') instance.on('error', () => undefined)
  })
}
