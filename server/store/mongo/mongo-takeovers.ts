import { trusted } from 'mongoose'
import type { RoomId } from '../../../protocol/model.ts'
import type { NodeId } from '../../chat/room-owners.ts'
import { callMongo } from './call-mongo.ts'
import type { Models, RoomDocument } from './models.ts'
import { isDuplicateKeyError } from './mongo-error.ts'

/**
 * Decides which node takes a room over. Each takeover has a document of its own, named by the room
 * and its new epoch, and whoever inserts that has the room. An insert is atomic wherever ids are
 * unique. An update that compares first is not so on FerretDB, where several nodes could succeed.
 */
export class MongoTakeovers {
  readonly #node: NodeId
  readonly #models: () => Models

  constructor(node: NodeId, models: () => Models) {
    this.#node = node
    this.#models = models
  }

  /** Resolves with the node that has the room in this epoch. Undefined when the room is gone. */
  async claimEpoch(room: RoomId, epoch: number): Promise<NodeId | undefined> {
    const { Takeover } = this.#models()
    const _id = `${room} ${epoch}`
    try {
      await callMongo(() => Takeover.create({ _id, room, node: this.#node }))
      return this.#node
    } catch (error) {
      if (!isDuplicateKeyError(error)) throw error
      return (await callMongo(() => Takeover.findOne({ _id }).lean()))?.node
    }
  }

  /**
   * Writes into the room's document what was decided, and resolves with it. It names another node
   * when this comes late, after a later epoch was decided. Undefined when the room is gone.
   */
  async settleEpoch(room: RoomId, epoch: number): Promise<RoomDocument | undefined> {
    const { Room } = this.#models()
    const change = { $set: { node: this.#node, epoch } }
    const options = { returnDocument: 'after' } as const
    const earlier = { _id: room, $or: [{ epoch: trusted({ $lt: epoch }) }, { epoch: null }] }
    const settled = await callMongo(() => Room.findOneAndUpdate(earlier, change, options).lean())
    return settled ?? (await callMongo(() => Room.findById(room).lean())) ?? undefined
  }
}
