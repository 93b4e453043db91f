// A certified OpenID Connect provider, which signs in whoever asks. The folder with its packages is the working
// folder. Prints a line once it listens.
//
// ISSUER is its address, CONSOLE where it sends people back to. Access tokens are for AUDIENCE, live for LIFETIMES
// in turn, in seconds, the last of which is repeated, and are of the tenant TENANT unless the user is "stranger".
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = join(process.cwd(), 'node_modules/oidc-provider');
const { main, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const { default: Provider } = await import(pathToFileURL(join(folder, main ?? exports['.'].default ?? exports['.'])));

const { ISSUER, CONSOLE, AUDIENCE, TENANT, LIFETIMES, REFRESHED } = process.env;
const lifetimes = LIFETIMES.split(',').map(Number);
let issued = 0;

const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: 'parley-console',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [CONSOLE],
      post_logout_redirect_uris: [CONSOLE],
    },
  ],
  claims: { openid: ['sub'], profile: ['name'] },
  conformIdTokenClaims: false,
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id[0].toUpperCase()}${id.slice(1)} Example` }),
  }),
  issueRefreshToken: () => REFRESHED === 'true',
  extraTokenClaims: (context, { accountId }) => ({ tenant_id: accountId === 'stranger' ? 'nowhere' : TENANT }),
  ttl: { AccessToken: () => lifetimes[Math.min(issued++, lifetimes.length - 1)] },
  features: {
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        audience: AUDIENCE,
        scope: '',
        accessTokenFormat: 'jwt',
      }),
    },
  },
});

provider.listen(new URL(ISSUER).port, '127.0.0.1', () => console.log('listening'));
