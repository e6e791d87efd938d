import { after, before, describe } from 'node:test'
import { systemClock } from '../../clock.ts'
import { lakeContract } from '../../ports/lake-contract.ts'
import { lakeOpener } from '../lake-place.ts'
import { S3ForTests } from './s3-for-tests.ts'

describe('a lake in an object store', () => {
  let s3: S3ForTests
  before(async () => {
    s3 = await S3ForTests.start()
  })
  after(() => s3[Symbol.asyncDispose]())

  lakeContract('S3', (place) => lakeOpener(s3.place(place), systemClock)())
})
