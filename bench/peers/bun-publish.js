// Bun's own WebSocket server: parse, stringify once, `publish` to the room's topic. It runs only in
// Bun.
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request, server) {
    const room = new URL(request.url).searchParams.get('room')
    const user = crypto.randomUUID().slice(0, 8)
    if (!server.upgrade(request, { data: { room, user } })) return new Response('', { status: 400 })
  },
  websocket: {
    open(webSocket) {
      webSocket.subscribe(webSocket.data.room)
    },
    message(webSocket, data) {
      const { room, user } = webSocket.data
      const { text } = JSON.parse(data)
      server.publish(room, JSON.stringify({ room, user, text, createdAt: Date.now() }))
    },
  },
})
process.stdout.write(`${server.port}\n`)
