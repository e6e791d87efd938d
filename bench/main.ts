import { benchmarks } from './benchmarks.ts'
import { benchCommand } from './command.ts'

await benchCommand('bench', 'Measures Vireo against its figures. See bench/README.md.', benchmarks)
