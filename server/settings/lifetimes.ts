import { countSetting, describeServerSetting, millisecondsSetting } from './setting.ts'

/** How long rooms, seats and connections live (PROTOCOL.md §4). */
export const LIFETIME_SETTINGS = {
  emptyRoomGraceMs: describeServerSetting(
    'empty-room-grace-ms',
    'GIFCHAT_EMPTY_ROOM_GRACE_MS',
    millisecondsSetting(2_000),
    'ms from the last exit until a room is deleted',
  ),
  seatHoldMs: describeServerSetting(
    'seat-hold-ms',
    'GIFCHAT_SEAT_HOLD_MS',
    millisecondsSetting(10_000),
    'ms that a seat is kept after its connection broke',
  ),
  unenteredRoomMs: describeServerSetting(
    'unentered-room-ms',
    'GIFCHAT_UNENTERED_ROOM_MS',
    millisecondsSetting(60_000),
    'ms until a room that nobody entered is deleted',
  ),
  startupGraceMs: describeServerSetting(
    'startup-grace-ms',
    'GIFCHAT_STARTUP_GRACE_MS',
    millisecondsSetting(30_000),
    'ms that rooms found at start-up wait for their members',
  ),
  unpostedGifMs: describeServerSetting(
    'unposted-gif-ms',
    'GIFCHAT_UNPOSTED_GIF_MS',
    millisecondsSetting(60_000),
    'ms until a GIF that was uploaded but not posted is deleted',
  ),
  drainMs: describeServerSetting(
    'drain-ms',
    'GIFCHAT_DRAIN_MS',
    millisecondsSetting(0),
    'ms between the signal to stop and the stop, in which /readyz says 503, so that a balancer sends nobody new',
  ),
  restartWindowMs: describeServerSetting(
    'restart-window-ms',
    'GIFCHAT_RESTART_WINDOW_MS',
    millisecondsSetting(2_000),
    'ms over which clients are asked to spread their return after a restart',
  ),
  heartbeatMs: describeServerSetting(
    'heartbeat-ms',
    'GIFCHAT_HEARTBEAT_MS',
    countSetting(15_000),
    'ms between pings; a client that misses two is disconnected',
  ),
  helloTimeoutMs: describeServerSetting(
    'hello-timeout-ms',
    'GIFCHAT_HELLO_TIMEOUT_MS',
    countSetting(10_000),
    'ms that a connection may take to say hello',
  ),
} as const
