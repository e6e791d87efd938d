import './player.css'
import './vireo.ts'

// What draws the feed comes while the feed that was just asked for is made.
const { show } = await import('./player.tsx')
show(document.getElementById('player')!)
