import { render } from 'solid-js/web'

render(() => <p>The player</p>, document.getElementById('player')!)
