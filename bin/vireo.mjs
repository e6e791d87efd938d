#!/usr/bin/env node
// Vireo runs on Node 24, which is one of its dependencies; this runs on whatever Node (20 or newer) is there, and hands over.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { install, node24 } from '../scripts/install.mjs'
import { nodeFlags } from './node-flags.mjs'

install({ production: true })

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
// What was compiled once starts in a third of the time.
const env = { NODE_COMPILE_CACHE: here('../node_modules/.cache/node'), ...process.env }
// A release has JavaScript.
const main = ['../server/src/cli/main.ts', '../server/src/cli/main.js'].map(here).find(existsSync)
const child = spawn(node24(), [...nodeFlags, main, ...process.argv.slice(2)], { stdio: 'inherit', env })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// npm stops the shell between it and this process, which dies without passing that on.
const shell = process.ppid
const byNpm = process.env.npm_lifecycle_event !== undefined
const watch = setInterval(() => {
  if (!byNpm || process.ppid === shell) return
  // Once: the command takes a second signal for impatience.
  clearInterval(watch)
  child.kill('SIGTERM')
}, 250)
child.on('error', (error) => {
  console.error(`Node 24 can't be started: ${error.message}.`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
