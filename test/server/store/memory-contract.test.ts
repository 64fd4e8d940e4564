import { describe } from 'node:test'
import { MemoryStore } from '../../../server/store/memory/memory-store.ts'
import { contractOf } from './chat-store-contract.ts'

describe('memory store', () => contractOf(async () => new MemoryStore(), { isKept: false }))
