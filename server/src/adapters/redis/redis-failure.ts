import { Unavailable, VireoError } from '../../errors.ts'

/** What a failure of Redis means to those who asked. The failure itself carries what was written, so it goes no further. */
export function redisFailure(error: unknown): VireoError {
  if (error instanceof VireoError) return error
  // A cluster that can't be reached says why in the failure of the last node.
  const { lastNodeError, message, name } = error as Error & { lastNodeError?: Error }
  const said = lastNodeError?.message ?? message
  const word = said.split(' ', 1)[0]!
  if (word === 'OOM') return new Unavailable('REDIS_FULL', `Redis is full: ${said}`)
  if (word === 'READONLY') return new Unavailable('REDIS_READ_ONLY', `Redis takes no writes: ${said}`)
  if (word === 'WRONGPASS' || word === 'NOAUTH' || word === 'NOPERM' || /invalid (username-)?password/.test(said)) {
    return new VireoError({ code: 'REDIS_AUTH_WRONG', fault: 'server', retryable: false, message: `Redis refuses the login: ${said}` })
  }
  if (word === 'MOVED') return modeWrong('Redis is a cluster: set redis.cluster to true')
  if (said.includes('cluster support disabled')) return modeWrong('Redis is no cluster: set redis.cluster to false')
  return new Unavailable('REDIS_UNAVAILABLE', `Redis ${name === 'ReplyError' ? 'refuses' : 'does not answer'}: ${said}`)
}

export function modeWrong(message: string): VireoError {
  return new VireoError({ code: 'REDIS_MODE_WRONG', fault: 'server', retryable: false, message })
}
