import { Vireo } from '@vireo/client'
import { givenKey } from '../shared/key.ts'
import { whoWatches } from './who.ts'

// One for everybody who sits here: it keeps and sends their events, also those of who was here before.
const key = givenKey()
const vireo = new Vireo(key === undefined ? {} : { key })

// Asked for before anything is drawn: the page is made meanwhile.
const first = vireo.as(whoWatches())
first.prefetch()

/** Speaks for a person. */
export const vireoOf = (userid: string): Vireo => (userid === first.userid ? first : vireo.as(userid))
