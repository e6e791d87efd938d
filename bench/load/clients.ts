import { type ChannelCredentials, type Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { AdminServiceClient } from '../../server/src/generated/vireo/v1/admin.ts'
import { CatalogServiceClient } from '../../server/src/generated/vireo/v1/catalog.ts'
import { ConsoleServiceClient } from '../../server/src/generated/vireo/v1/console.ts'
import { EventServiceClient } from '../../server/src/generated/vireo/v1/events.ts'
import { RecsRequest, type RecsResponse, RecsServiceClient } from '../../server/src/generated/vireo/v1/feed.ts'

type Kind<Made extends Client> = new (address: string, credentials: ChannelCredentials, options: object) => Made

/** A client with a connection of its own, as each app server has one. */
const client =
  <Made extends Client>(kind: Kind<Made>) =>
  (address: string): Made =>
    new kind(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })

export const adminClient = client(AdminServiceClient)
export const catalogClient = client(CatalogServiceClient)
export const consoleClient = client(ConsoleServiceClient)
export const eventClient = client(EventServiceClient)
export const feedClient = client(RecsServiceClient)

/** A unary call as a promise. */
export function call<Request, Response>(
  client: Client,
  method: (request: Request, done: (error: ServiceError | null, response: Response) => void) => unknown,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, (error, response) => (error ? reject(error) : resolve(response)))
  })
}

/** A page of 10, made for this request. */
export function askForPage(client: RecsServiceClient, userid: string): Promise<RecsResponse> {
  return call<RecsRequest, RecsResponse>(client, client.getVideos, RecsRequest.fromPartial({ userid, resultPerPage: 10 }))
}
