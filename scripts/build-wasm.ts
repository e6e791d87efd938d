// Compiles server/wasm to what the server loads, which is kept beside the code: it runs without the compiler. `--check` compares and changes nothing.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const root = new URL('..', import.meta.url)
const target = new URL('server/src/adapters/embedded/vector-scan.wasm', root)
const features = ['--enable', 'simd', '--enable', 'threads']
const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536']
const options = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', ...features, ...memory, '--baseDir', fileURLToPath(root)]

let made: Uint8Array | undefined
const { error, stderr } = await main(['server/wasm/vector-scan.ts', ...options, '--outFile', 'vector-scan.wasm'], {
  writeFile: (_name: string, content: Uint8Array | string) => {
    if (typeof content !== 'string') made = content
  },
})
if (error !== null || made === undefined) throw new Error(`server/wasm does not compile: ${stderr}`, { cause: error })
if (!process.argv.includes('--check')) writeFileSync(target, made)
else if (!readFileSync(target).equals(made)) {
  console.error('vector-scan.wasm is not what server/wasm compiles to: run `node scripts/build-wasm.ts`')
  process.exitCode = 1
}
