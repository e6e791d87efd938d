import type { Motion } from './motion.ts'
import { aurora } from './motions/aurora.ts'
import { cells } from './motions/cells.ts'
import { contours } from './motions/contours.ts'
import { halftone } from './motions/halftone.ts'
import { labyrinth } from './motions/labyrinth.ts'
import { lava } from './motions/lava.ts'
import { marble } from './motions/marble.ts'
import { mosaic } from './motions/mosaic.ts'
import { orbits } from './motions/orbits.ts'
import { petals } from './motions/petals.ts'
import { rain } from './motions/rain.ts'
import { ribbons } from './motions/ribbons.ts'
import { rings } from './motions/rings.ts'
import { spiral } from './motions/spiral.ts'
import { truchet } from './motions/truchet.ts'
import { waves } from './motions/waves.ts'

export const motions = {
  waves,
  orbits,
  marble,
  halftone,
  petals,
  aurora,
  truchet,
  lava,
  contours,
  ribbons,
  cells,
  rings,
  mosaic,
  spiral,
  labyrinth,
  rain,
} as const satisfies Record<string, Motion>
