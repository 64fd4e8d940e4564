import { countSchema, describeSetting, rateSchema } from './setting.ts'

/** How much one client, one address and all of them may use (PROTOCOL.md §9). */
export const LIMIT_SETTINGS = {
  sendBufferBytes: describeSetting(
    'send-buffer-bytes',
    'GIFCHAT_SEND_BUFFER_BYTES',
    countSchema(8 * 1024 * 1024),
    'bytes that may wait for one slow client',
  ),
  waitingBytesPerAddress: describeSetting(
    'waiting-bytes-per-address',
    'GIFCHAT_WAITING_BYTES_PER_ADDRESS',
    countSchema(128 * 1024 * 1024),
    'bytes that may wait for the slow clients of one address',
  ),
  waitingBytes: describeSetting(
    'waiting-bytes',
    'GIFCHAT_WAITING_BYTES',
    countSchema(256 * 1024 * 1024),
    'bytes that may wait for all slow clients together',
  ),
  slowConsumerMs: describeSetting(
    'slow-consumer-ms',
    'GIFCHAT_SLOW_CONSUMER_MS',
    countSchema(10_000),
    'ms a client may read nothing while something waits for it',
  ),
  maxConnections: describeSetting(
    'max-connections',
    'GIFCHAT_MAX_CONNECTIONS',
    countSchema(20_000),
    'connections at once',
  ),
  connectionsPerAddress: describeSetting(
    'connections-per-address',
    'GIFCHAT_CONNECTIONS_PER_ADDRESS',
    countSchema(1_000),
    'connections at once from one address',
  ),
  roomsPerUser: describeSetting(
    'rooms-per-user',
    'GIFCHAT_ROOMS_PER_USER',
    countSchema(10),
    'open rooms that one identity may have created',
  ),
  roomsPerAddress: describeSetting(
    'rooms-per-address',
    'GIFCHAT_ROOMS_PER_ADDRESS',
    countSchema(100),
    'open rooms that were created from one address since the server started',
  ),
  messagesPerSecond: describeSetting(
    'messages-per-second',
    'GIFCHAT_MESSAGES_PER_SECOND',
    rateSchema(20),
    'messages a second on one connection; bursts of twice as many',
  ),
  messagesPerSecondPerAddress: describeSetting(
    'messages-per-second-per-address',
    'GIFCHAT_MESSAGES_PER_SECOND_PER_ADDRESS',
    rateSchema(500),
    'messages a second from one address; bursts of twice as many',
  ),
  requestsPerSecond: describeSetting(
    'requests-per-second',
    'GIFCHAT_REQUESTS_PER_SECOND',
    rateSchema(100),
    'frames a second on one connection; bursts of twice as many',
  ),
  joinsPerSecond: describeSetting(
    'joins-per-second',
    'GIFCHAT_JOINS_PER_SECOND',
    rateSchema(50),
    'joins a second from one address; bursts of ten times as many',
  ),
  creationsPerMinute: describeSetting(
    'creations-per-minute',
    'GIFCHAT_CREATIONS_PER_MINUTE',
    rateSchema(30),
    'rooms created a minute from one address; bursts of as many',
  ),
  uploadsPerMinute: describeSetting(
    'uploads-per-minute',
    'GIFCHAT_UPLOADS_PER_MINUTE',
    rateSchema(60),
    'GIFs uploaded a minute from one address; bursts of as many',
  ),
  gifBytesPerRoom: describeSetting(
    'gif-bytes-per-room',
    'GIFCHAT_GIF_BYTES_PER_ROOM',
    countSchema(128 * 1024 * 1024),
    'bytes of GIFs that one room may hold',
  ),
  gifBytes: describeSetting(
    'gif-bytes',
    'GIFCHAT_GIF_BYTES',
    countSchema(4 * 1024 * 1024 * 1024),
    'bytes of GIFs that all rooms together may hold',
  ),
} as const
