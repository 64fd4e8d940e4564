import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { AppStore } from '../../../cli/app/app-store.ts'
import { initialAppState } from '../../../cli/app/model/app-state.ts'
import { systemTimes } from '../../../cli/app/system-times.ts'
import { showLinearApp } from '../../../cli/linear/show-linear-app.ts'
import { environmentOf } from '../../support/chat-fixtures.ts'
import { FakeChatClient } from '../../support/fake-chat-client.ts'

test('lines end when their terminal is gone', async () => {
  const initial = initialAppState(environmentOf(80, 24), systemTimes())
  const store = new AppStore({ client: new FakeChatClient(), initial })
  const input = Object.assign(new PassThrough(), { setRawMode: () => {} })
  const stdin = input as unknown as NodeJS.ReadStream // only these of its methods are called
  const stdout = new PassThrough()
  const shown = showLinearApp(store, { stdin, stdout, stopped: new AbortController().signal })
  input.destroy(new Error('read EIO'))
  await shown
  store.close()
})
