// The plain loop over `ws`: parse, stringify once, `send` to each member.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const rooms = new Map()
const http = createServer()
const server = new WebSocketServer({ server: http })
server.on('connection', (webSocket, request) => {
  const room = new URL(request.url, 'ws://localhost').searchParams.get('room')
  const user = randomUUID().slice(0, 8)
  const members = rooms.get(room) ?? new Set()
  rooms.set(room, members.add(webSocket))
  webSocket.on('message', data => {
    const { text } = JSON.parse(data)
    const said = JSON.stringify({ room, user, text, createdAt: Date.now() })
    for (const member of members) member.send(said)
  })
  webSocket.on('close', () => members.delete(webSocket))
})
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.stdout.write(`${http.address().port}\n`)
})
