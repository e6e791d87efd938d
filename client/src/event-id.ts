const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** A UUID of version 7 (RFC 9562), which sorts by time. `crypto.randomUUID` sorts by nothing, and pages without TLS lack it. */
export function newEventId(nowMs: number): string {
  const random = hex(crypto.getRandomValues(new Uint8Array(9)))
  const id = `${nowMs.toString(16).padStart(12, '0')}7${random.slice(0, 3)}${'89ab'[Number.parseInt(random[3]!, 16) & 3]}${random.slice(3)}`
  return id.replace(/(.{8})(.{4})(.{4})(.{4})(.*)/, '$1-$2-$3-$4-$5')
}
