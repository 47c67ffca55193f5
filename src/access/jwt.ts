import type { KeyObject } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { SECOND } from '../base/index.ts'

const ALGORITHM = 'HS256'
const ISSUER = 'script-executer-server'
const AUDIENCE = 'script-executer-server/api/v1'
// Ours have some 300 characters.
const LONGEST_TOKEN = 1000

export type Claims = { sessionId: string; userId: number }

/** A JWT (RFC 7519) that names its session, which is asked each time: the signature alone lets nobody in. */
export function signToken(
  key: KeyObject,
  claims: Claims,
  issuedAt: number,
  expiresAt: number,
): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(String(claims.userId))
    .setJti(claims.sessionId)
    .setIssuedAt(Math.floor(issuedAt / SECOND))
    .setExpirationTime(Math.floor(expiresAt / SECOND))
    .sign(key)
}

/** What a valid token says; undefined for any other text. The algorithm is ours, never the token's choice. */
export async function readToken(key: KeyObject, token: string, now: number): Promise<Claims | undefined> {
  if (token.length > LONGEST_TOKEN) return undefined
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: 'JWT',
      requiredClaims: ['sub', 'jti', 'iat', 'exp'],
      currentDate: new Date(now),
    })
    if (typeof payload.jti !== 'string') return undefined
    return { sessionId: payload.jti, userId: Number(payload.sub) }
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
