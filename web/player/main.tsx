import { render } from 'solid-js/web'
import { Player } from './player.tsx'
import './player.css'

render(() => <Player />, document.getElementById('player')!)
