import {
  answering,
  CANARY,
  endless,
  firstWords,
  flood,
  type Hostility,
  handled,
  joined,
  list,
  listed,
  MEGABYTES,
  met,
  newId,
  posted,
  ROOM,
  refused,
  SAID,
  SHOWN,
  said,
  sendJson,
  shown,
  USER,
  welcome,
  words,
} from './hostility.ts'

const GREETINGS: Readonly<Record<string, Hostility>> = {
  'a user id of escapes': refused(['whoami', 'lobby', 'hear'], welcome({ user: { ...USER, id: CANARY } })),
  'a colour of escapes': refused(['whoami'], welcome({ user: { ...USER, color: CANARY } })),
  'a colour of another form': refused(['whoami'], welcome({ user: { ...USER, color: 'red' } })),
  'a token of megabytes': refused(['whoami', 'lobby'], welcome({ token: words(MEGABYTES, 'a') })),
  'a token of escapes': refused(['whoami'], welcome({ token: CANARY })),
  'a token that is none': refused(['whoami'], welcome({ token: 7 })),
  'a version of escapes': { visitors: ['json'], until: 'met', answer: welcome({ server: SHOWN }) },
  'a version of megabytes': refused(['whoami'], welcome({ server: words(MEGABYTES, 'x') })),
  'a mail server': refused(['whoami'], firstWords(`220 ${CANARY}`)),
  'brackets without an end': refused(['whoami'], firstWords('['.repeat(MEGABYTES))),
  'a frame of 8 MiB': refused(['whoami', 'lobby'], firstWords(' '.repeat(8 * 1024 * 1024))),
  'binary frames': met(['whoami'], firstWords(Buffer.from(CANARY))),
  'silence after the greeting': met(['whoami', 'lobby', 'tail', 'hear'], handled),
  'a greeting of escapes, as it came': met(
    ['wire'],
    welcome({ user: { ...USER, id: CANARY }, token: CANARY }),
  ),
  'words of escapes, as they came': met(['wire'], firstWords(`harmless ${CANARY}`)),
  'ears that are closed': met(['whoami', 'lobby', 'hear'], (_request, { socket }, isMet) => {
    socket.pause()
    isMet()
    return 'handled'
  }),
  'ears that close in the room': shown(
    ['tail', 'enter'],
    said({}, (_request, { socket }) => socket.pause()),
  ),
  'another answer': refused(['whoami'], answering(['hello'], { type: 'chat.left', room: 'k' })),
  'an error of escapes': met(
    ['whoami', 'json'],
    answering(['hello'], { type: 'error', code: 'internal', message: SHOWN }),
  ),
  'an error of megabytes': refused(
    ['whoami'],
    answering(['hello'], { type: 'error', code: 'internal', message: words(MEGABYTES, 'é') }),
  ),
  'an error of an unknown code': met(
    ['whoami'],
    answering(['hello'], { type: 'error', code: CANARY, message: 'x' }),
  ),
  'a wait beyond all clocks': refused(
    ['tail'],
    answering(['chat.join'], { type: 'error', code: 'unavailable', message: 'x', retryAfterMs: 1e12 }),
  ),
  'a restart beyond all clocks': refused(
    ['tail'],
    joined(
      {},
      flood(() => ({ type: 'serverRestart', retryAfterMs: 1e15 })),
    ),
  ),
  'a reason of escapes': met(['whoami', 'lobby'], (_request, { socket }, isMet) => {
    socket.close(4400, '\x1b[4242m\x9b4242m')
    isMet()
    return 'handled'
  }),
  'frames that are none': {
    visitors: ['whoami'],
    until: 'refused',
    answer: (_request, connection, isMet) => {
      connection.sendBytes(Buffer.from([0xff, 0xff, 0x34, 0x32, 0x34, 0x32]))
      isMet()
      return 'handled'
    },
  },
}

const LISTS: Readonly<Record<string, Hostility>> = {
  'a title of escapes': shown(['rooms', 'json', 'lobby', 'hear'], listed({ title: SHOWN.slice(0, 60) })),
  'a title of megabytes': refused(['rooms', 'lobby', 'hear'], listed({ title: words(MEGABYTES, 'a') })),
  'a title of marks': refused(['rooms', 'lobby'], listed({ title: `a${words(MEGABYTES / 2, '\u0301')}` })),
  'a title of line breaks': refused(['rooms'], listed({ title: words(MEGABYTES, '\n') })),
  'a short tower of marks': shown(['lobby'], listed({ title: `harmless ${words(50, '\u0301')}` })),
  'a room id of escapes': refused(['rooms', 'json', 'lobby'], listed({ id: CANARY })),
  'a room id of a command': refused(['rooms'], listed({ id: '`id>ran`' })),
  'an owner of escapes': refused(['rooms'], listed({ owner: { id: CANARY, color: '#79D2B8' } })),
  'a date beyond the calendar': refused(['rooms', 'lobby'], listed({ createdAt: 8.64e15 + 1 })),
  'a date before 1970': refused(['rooms'], listed({ createdAt: -1 })),
  'people beyond number': refused(['rooms'], listed({ people: 1e300 })),
  'half a person': refused(['rooms'], listed({ max: 2.5 })),
  'a list of two million': refused(['rooms', 'lobby'], list({ rooms: Array(1_500_000).fill(1) })),
  'a list that is none': refused(['rooms'], list({ rooms: 'many' })),
  'a cursor that never ends': refused(['rooms', 'lobby'], list({ cursor: 'again' })),
  'a cursor of megabytes': refused(['rooms'], list({ cursor: words(MEGABYTES, 'a') })),
  'a total beyond number': refused(['rooms'], list({ total: 1e15 })),
  'pages of new rooms without an end': refused(
    ['rooms', 'lobby'],
    (() => {
      let count = 0
      return (request, connection, isMet) => {
        if (request.type !== 'room.list' && request.type !== 'room.subscribe') return undefined
        isMet()
        const rooms = Array.from({ length: 200 }, () => ({ ...ROOM, id: newId(count++) }))
        return sendJson(connection, {
          type: 'room.list',
          id: request.id,
          rooms,
          cursor: newId(count),
          total: 1e5,
        })
      }
    })(),
  ),
  'a prototype': shown(['rooms'], (request, connection, isMet) => {
    if (request.type !== 'room.list') return undefined
    isMet()
    connection.socket.send(
      `{"type":"room.list","id":"${request.id}","__proto__":{"rooms":1},"rooms":[${JSON.stringify(ROOM)}],"cursor":null,"total":1}`,
    )
    return 'handled'
  }),
  'new rooms without an end': met(
    ['lobby'],
    list(
      {},
      flood(count => ({ type: 'room.newRoom', room: { ...ROOM, id: newId(count) } })),
    ),
  ),
  'events before a list that never comes': met(['lobby'], (request, connection, isMet) => {
    if (request.type !== 'room.subscribe') return undefined
    flood(count => ({ type: 'room.newRoom', room: { ...ROOM, id: newId(count) } }))(
      request,
      connection,
      isMet,
    )
    return 'handled'
  }),
}

const ROOMS: Readonly<Record<string, Hostility>> = {
  'a text of escapes': shown(['tail', 'enter', 'speak'], said({ text: SHOWN })),
  'a text of megabytes': refused(['tail', 'enter', 'send'], said({ text: words(MEGABYTES, 'a') })),
  'a text of marks': refused(['tail', 'enter'], said({ text: `a${words(MEGABYTES / 2, '\u0301')}` })),
  'a text of marks within the limit': shown(
    ['enter', 'tail'],
    said({ text: `harmless ${words(1_990, '\u0301')}` }),
  ),
  'a text of links within the limit': shown(['enter'], said({ text: `harmless ${words(248, 'http://')}` })),
  'a text of line breaks within the limit': shown(['enter'], said({ text: `${words(1_990, '\n')}harmless` })),
  'a text of joiners within the limit': shown(
    ['enter'],
    said({ text: `harmless ${words(660, '👩\u200d')}` }),
  ),
  'a name of escapes': shown(['tail', 'enter'], posted({ name: SHOWN })),
  'a name of megabytes': refused(['tail'], posted({ name: words(MEGABYTES, 'a') })),
  'a GIF beyond number': refused(['tail', 'enter'], posted({ width: 1e9, height: 1e9, frames: 1e9 })),
  'a message beyond the calendar': refused(['tail', 'enter'], said({ createdAt: 8.64e15 + 1 })),
  'a user of escapes': refused(['tail', 'enter'], said({ user: { id: CANARY, color: '#79D2B8' } })),
  'another room': refused(['tail'], joined({ room: { ...ROOM, id: 'other' } })),
  'a million members': refused(['enter'], joined({ members: Array(MEGABYTES / 2).fill(1) })),
  'a number beyond number': refused(['tail'], joined({ lastSeq: 2 ** 60 })),
  'a join refused with escapes': met(
    ['tail', 'send', 'enter'],
    answering(['chat.join'], {
      type: 'error',
      code: 'invalidRequest',
      message: SHOWN,
      field: CANARY,
      reason: CANARY,
    }),
  ),
  'a history without an end': shown(['since'], (request, connection, isMet) => {
    const isMissing = joined({ lastSeq: 2 ** 40, gap: true })(request, connection, isMet)
    if (isMissing !== undefined || request.type !== 'chat.history') return isMissing
    const { id, room, beforeSeq = 0 } = request
    const text = `harmless ${words(1_990, 'a')}`
    const messages = Array.from({ length: 100 }, (_, place) => ({
      ...SAID,
      seq: beforeSeq - 100 + place,
      text,
    }))
    return sendJson(connection, { type: 'chat.history', id, room, messages })
  }),
  'people without an end': refused(
    ['tail', 'enter'],
    joined(
      {},
      flood(count => {
        const users = Array.from({ length: 100 }, (_, place) => ({ ...USER, id: newId(count * 100 + place) }))
        return { type: 'chat.join', room: ROOM.id, users, people: 5 }
      }),
    ),
  ),
  'messages without an end': met(
    ['tail', 'enter'],
    joined(
      {},
      flood(count => ({
        type: 'chat.chat',
        room: ROOM.id,
        message: { ...SAID, seq: count + 2, clientMessageId: newId(count), text: SHOWN },
      })),
    ),
  ),
  'writers beyond number': refused(
    ['enter'],
    joined({}, (_request, connection) =>
      sendJson(connection, { type: 'chat.typing', room: ROOM.id, users: Array(100).fill(USER) }),
    ),
  ),
  'an ack beyond the calendar': refused(
    ['send'],
    (request, connection, isMet) =>
      joined({})(request, connection, isMet) ??
      answering(['chat.send'], {
        type: 'chat.ack',
        room: ROOM.id,
        clientMessageId: 'a',
        seq: 1,
        createdAt: 1e18,
      })(request, connection, isMet),
  ),
}

const HTTP: Readonly<Record<string, Hostility>> = {
  'bytes without an end': {
    visitors: ['whoami', 'doctor', 'lobby'],
    until: 'met',
    raw: socket => endless(socket, '4242'),
  },
  'headers without an end': {
    visitors: ['whoami', 'doctor'],
    until: 'met',
    raw: socket => {
      socket.write('HTTP/1.1 200 OK\r\n')
      endless(socket, `a: ${words(100, '4242')}\r\n`)
    },
  },
  'a body without an end': {
    visitors: ['whoami', 'doctor'],
    until: 'ended',
    raw: socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"version":"')
      endless(socket, words(1_000, '4242'))
    },
  },
  'another place': {
    visitors: ['whoami', 'doctor'],
    until: 'met',
    raw: socket => socket.end(`HTTP/1.1 302 ${CANARY}\r\nLocation: http://127.0.0.1:1/${CANARY}\r\n\r\n`),
  },
  'a handshake that never comes': {
    visitors: ['whoami', 'doctor', 'lobby'],
    until: 'met',
    raw: () => undefined,
  },
  'a version of escapes over HTTP': {
    visitors: ['doctor'],
    until: 'met',
    raw: socket => {
      const body = JSON.stringify({ status: 'ok', version: SHOWN })
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    },
  },
}

/** Every kind of wrong answer, by name. */
export const HOSTILITIES: Readonly<Record<string, Hostility>> = { ...GREETINGS, ...LISTS, ...ROOMS, ...HTTP }
