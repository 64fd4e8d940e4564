import { LIMITS } from '../../protocol/limits.ts'
import { countSetting, describeServerSetting, rateSetting, wholeNumberSetting } from './setting.ts'

/** How much one client, one address and all of them may use (PROTOCOL.md §9). */
export const LIMIT_SETTINGS = {
  sendBufferBytes: describeServerSetting(
    'send-buffer-bytes',
    'GIFCHAT_SEND_BUFFER_BYTES',
    countSetting(8 * 1024 * 1024),
    'bytes that may wait for one slow client',
  ),
  waitingBytesPerAddress: describeServerSetting(
    'waiting-bytes-per-address',
    'GIFCHAT_WAITING_BYTES_PER_ADDRESS',
    countSetting(128 * 1024 * 1024),
    'bytes that may wait for the slow clients of one address',
  ),
  waitingBytes: describeServerSetting(
    'waiting-bytes',
    'GIFCHAT_WAITING_BYTES',
    countSetting(256 * 1024 * 1024),
    'bytes that may wait for all slow clients together',
  ),
  slowConsumerMs: describeServerSetting(
    'slow-consumer-ms',
    'GIFCHAT_SLOW_CONSUMER_MS',
    countSetting(10_000),
    'ms a client may read nothing while something waits for it',
  ),
  maxConnections: describeServerSetting(
    'max-connections',
    'GIFCHAT_MAX_CONNECTIONS',
    countSetting(20_000),
    'connections at once',
  ),
  connectionsPerAddress: describeServerSetting(
    'connections-per-address',
    'GIFCHAT_CONNECTIONS_PER_ADDRESS',
    countSetting(1_000),
    'connections at once from one address',
  ),
  roomsPerUser: describeServerSetting(
    'rooms-per-user',
    'GIFCHAT_ROOMS_PER_USER',
    countSetting(10),
    'open rooms that one identity may have created',
  ),
  roomsPerAddress: describeServerSetting(
    'rooms-per-address',
    'GIFCHAT_ROOMS_PER_ADDRESS',
    countSetting(100),
    'open rooms that were created from one address since the server started',
  ),
  messagesPerSecond: describeServerSetting(
    'messages-per-second',
    'GIFCHAT_MESSAGES_PER_SECOND',
    rateSetting(20),
    'messages a second on one connection; bursts of twice as many',
  ),
  messagesPerSecondPerAddress: describeServerSetting(
    'messages-per-second-per-address',
    'GIFCHAT_MESSAGES_PER_SECOND_PER_ADDRESS',
    rateSetting(500),
    'messages a second from one address; bursts of twice as many',
  ),
  requestsPerSecond: describeServerSetting(
    'requests-per-second',
    'GIFCHAT_REQUESTS_PER_SECOND',
    rateSetting(100),
    'frames a second on one connection; bursts of twice as many',
  ),
  joinsPerSecond: describeServerSetting(
    'joins-per-second',
    'GIFCHAT_JOINS_PER_SECOND',
    rateSetting(50),
    'joins a second from one address; bursts of twenty times as many',
  ),
  answerBytesPerSecondPerAddress: describeServerSetting(
    'answer-bytes-per-second-per-address',
    'GIFCHAT_ANSWER_BYTES_PER_SECOND_PER_ADDRESS',
    rateSetting(8 * 1024 * 1024),
    'bytes a second of history and lists that one address is answered; bursts of eight times as many',
  ),
  answerBytesPerSecond: describeServerSetting(
    'answer-bytes-per-second',
    'GIFCHAT_ANSWER_BYTES_PER_SECOND',
    rateSetting(32 * 1024 * 1024),
    'the same to all addresses together; above it, those wait that have used a sixteenth of their burst',
  ),
  creationsPerMinute: describeServerSetting(
    'creations-per-minute',
    'GIFCHAT_CREATIONS_PER_MINUTE',
    rateSetting(30),
    'rooms created a minute from one address; bursts of as many',
  ),
  identitiesPerMinute: describeServerSetting(
    'identities-per-minute',
    'GIFCHAT_IDENTITIES_PER_MINUTE',
    rateSetting(60),
    'new identities a minute for one address; bursts of five times as many',
  ),
  uploadsPerMinute: describeServerSetting(
    'uploads-per-minute',
    'GIFCHAT_UPLOADS_PER_MINUTE',
    rateSetting(60),
    'GIFs uploaded a minute from one address; bursts of as many',
  ),
  messageBytesPerRoom: describeServerSetting(
    'message-bytes-per-room',
    'GIFCHAT_MESSAGE_BYTES_PER_ROOM',
    countSetting(64 * 1024 * 1024),
    'bytes of messages that one room may hold; beyond that its oldest are deleted',
  ),
  messageBytes: describeServerSetting(
    'message-bytes',
    'GIFCHAT_MESSAGE_BYTES',
    countSetting(4 * 1024 * 1024 * 1024),
    'bytes of messages that all rooms together may hold; beyond that the room that holds most loses its oldest',
  ),
  uploadsAtOnce: describeServerSetting(
    'uploads-at-once',
    'GIFCHAT_UPLOADS_AT_ONCE',
    countSetting(16),
    'GIFs uploaded at once, each in as much memory as it has bytes; one address has at most a quarter of them',
  ),
  downloadsAtOnce: describeServerSetting(
    'downloads-at-once',
    'GIFCHAT_DOWNLOADS_AT_ONCE',
    countSetting(24),
    'GIFs downloaded at once, each in as much memory as it has bytes; one address has at most a third of them',
  ),
  downloadBytesPerSecond: describeServerSetting(
    'download-bytes-per-second',
    'GIFCHAT_DOWNLOAD_BYTES_PER_SECOND',
    countSetting(16 * 1024 * 1024),
    'bytes a second to which the downloads of one address are slowed down; bursts of four times as many',
  ),
  leastBytesPerSecond: describeServerSetting(
    'least-bytes-per-second',
    'GIFCHAT_LEAST_BYTES_PER_SECOND',
    countSetting(16 * 1024),
    'bytes a second below which a transfer of a GIF is cut off when others wait for its place',
  ),
  slowTransferMs: describeServerSetting(
    'slow-transfer-ms',
    'GIFCHAT_SLOW_TRANSFER_MS',
    countSetting(10_000),
    'ms over which the bytes a second of a transfer are averaged',
  ),
  gifFileBytes: describeServerSetting(
    'gif-file-bytes',
    'GIFCHAT_GIF_FILE_BYTES',
    wholeNumberSetting(LIMITS.gifBytes, 1, LIMITS.gifBytesHighest),
    'bytes that one GIF may have, at most 64 MiB',
  ),
  gifBytesPerRoom: describeServerSetting(
    'gif-bytes-per-room',
    'GIFCHAT_GIF_BYTES_PER_ROOM',
    countSetting(128 * 1024 * 1024),
    'bytes of GIFs that one room may hold',
  ),
  gifBytes: describeServerSetting(
    'gif-bytes',
    'GIFCHAT_GIF_BYTES',
    countSetting(4 * 1024 * 1024 * 1024),
    'bytes of GIFs that all rooms together may hold',
  ),
} as const
