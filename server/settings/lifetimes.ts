import { countSchema, describeSetting, millisecondsSchema } from './setting.ts'

/** How long rooms, seats and connections live (PROTOCOL.md §4). */
export const LIFETIME_SETTINGS = {
  emptyRoomGraceMs: describeSetting(
    'empty-room-grace-ms',
    'GIFCHAT_EMPTY_ROOM_GRACE_MS',
    millisecondsSchema(2_000),
    'ms from the last exit until a room is deleted',
  ),
  seatHoldMs: describeSetting(
    'seat-hold-ms',
    'GIFCHAT_SEAT_HOLD_MS',
    millisecondsSchema(10_000),
    'ms that a seat is kept after its connection broke',
  ),
  unenteredRoomMs: describeSetting(
    'unentered-room-ms',
    'GIFCHAT_UNENTERED_ROOM_MS',
    millisecondsSchema(60_000),
    'ms until a room that nobody entered is deleted',
  ),
  startupGraceMs: describeSetting(
    'startup-grace-ms',
    'GIFCHAT_STARTUP_GRACE_MS',
    millisecondsSchema(30_000),
    'ms that rooms found at start-up wait for their members',
  ),
  unpostedGifMs: describeSetting(
    'unposted-gif-ms',
    'GIFCHAT_UNPOSTED_GIF_MS',
    millisecondsSchema(60_000),
    'ms until a GIF that was uploaded but not posted is deleted',
  ),
  restartWindowMs: describeSetting(
    'restart-window-ms',
    'GIFCHAT_RESTART_WINDOW_MS',
    millisecondsSchema(2_000),
    'ms over which clients are asked to spread their return after a restart',
  ),
  heartbeatMs: describeSetting(
    'heartbeat-ms',
    'GIFCHAT_HEARTBEAT_MS',
    countSchema(15_000),
    'ms between pings; a client that misses two is disconnected',
  ),
  helloTimeoutMs: describeSetting(
    'hello-timeout-ms',
    'GIFCHAT_HELLO_TIMEOUT_MS',
    countSchema(10_000),
    'ms that a connection may take to say hello',
  ),
} as const
