import { useParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { Person } from '../person/person.tsx'
import { Picker } from '../person/picker.tsx'

export function Page(): JSX.Element {
  const route = useParams<{ userid?: string }>()
  return (
    <>
      <header>
        <h1>{route.userid === undefined ? 'A person' : `Person ${route.userid}`}</h1>
        <p>What is known of a person, and the feed that they would get now: as things are, and with other settings.</p>
        <Picker userid={route.userid ?? ''} />
      </header>
      <Show when={route.userid} keyed>
        {(userid) => <Person userid={userid} />}
      </Show>
    </>
  )
}
