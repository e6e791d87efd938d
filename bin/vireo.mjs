#!/usr/bin/env node
// Vireo runs on Node 24, which is one of its dependencies; this runs on whatever Node (20 or newer) is there, and hands over.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { install, node24 } from '../scripts/install.mjs'

install({ production: true })

// node:sqlite says that it is experimental at each start.
const flags = ['--disable-warning=ExperimentalWarning']
const main = fileURLToPath(new URL('../server/src/cli/main.ts', import.meta.url))
const child = spawn(node24(), [...flags, main, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`Node 24 can't be started: ${error.message}.`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
