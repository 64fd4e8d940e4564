// The textbook's stack: Express and Socket.IO. With MONGODB_URI, each message is a mongoose
// `create`.
import { createServer } from 'node:http'
import express from 'express'
import { Server } from 'socket.io'

const { MONGODB_URI, MONGODB_DATABASE } = process.env
const Chat = MONGODB_URI === undefined ? undefined : await connect(MONGODB_URI, MONGODB_DATABASE)

async function connect(uri, dbName) {
  const { default: mongoose } = await import('mongoose')
  await mongoose.connect(uri, { dbName })
  const chatSchema = new mongoose.Schema({
    room: { type: String, required: true },
    user: { type: String, required: true },
    text: String,
    createdAt: { type: Date, default: Date.now },
  })
  const model = mongoose.model('Chat', chatSchema)
  await model.init()
  return model
}

const http = createServer(express())
const io = new Server(http)
io.on('connection', socket => {
  const { room } = socket.handshake.query
  const user = socket.id
  socket.join(room)
  socket.on('chat', async text => {
    const said = { room, user, text, createdAt: Date.now() }
    io.to(room).emit('chat', Chat === undefined ? said : await Chat.create(said))
  })
})
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.stdout.write(`${http.address().port}\n`)
})
