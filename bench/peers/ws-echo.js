// The least that a WebSocket server can do: it sends back what comes.
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const http = createServer()
new WebSocketServer({ server: http }).on('connection', webSocket => {
  webSocket.on('message', data => webSocket.send(data.toString()))
})
http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  process.stdout.write(`${http.address().port}\n`)
})
