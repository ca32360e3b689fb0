-- Household codes.

-- name: HouseholdsUnder :many
SELECT h.id, n.name, n.parent_id, p.name AS parent_name FROM people_household h
JOIN place_node n ON n.tenant_id = h.tenant_id AND n.id = h.place_id
JOIN place_node p ON p.tenant_id = n.tenant_id AND p.id = n.parent_id
WHERE h.tenant_id = $1 AND h.until = 0 AND substr(n.path, 1, length(CAST($2 AS TEXT))) = CAST($2 AS TEXT)
ORDER BY p.sort, n.sort, h.id;

-- name: PlaceHead :one
SELECT n.name, n.path, t.short FROM place_node n
JOIN place_tenant t ON t.tenant_id = n.tenant_id
WHERE n.tenant_id = $1 AND n.id = $2 AND n.retired_at = 0;

-- name: HouseholdPath :one
SELECT n.path FROM people_household h
JOIN place_node n ON n.tenant_id = h.tenant_id AND n.id = h.place_id
WHERE h.tenant_id = $1 AND h.id = $2;

-- name: TenantShorts :many
SELECT tenant_id, short FROM place_tenant ORDER BY tenant_id;

-- name: EndCodes :execrows
UPDATE people_code SET ended_at = $3 WHERE tenant_id = $1 AND household_id = $2 AND ended_at = 0;

-- name: AddCode :exec
INSERT INTO people_code (tenant_id, id, household_id, digest, issued_by, issued_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: CodeByDigest :one
SELECT household_id, expires_at, ended_at FROM people_code WHERE tenant_id = $1 AND digest = $2;

-- name: MembersOf :many
SELECT id, name, age_band FROM people_person
WHERE tenant_id = $1 AND household_id = $2 AND until = 0 ORDER BY ref;

-- Wrong tries.

-- name: ThrottleOf :one
SELECT failures, last_at, until FROM people_throttle WHERE tenant_id = $1 AND subject = $2;

-- name: LockThrottle :one
INSERT INTO people_throttle (tenant_id, subject) VALUES ($1, $2)
ON CONFLICT (tenant_id, subject) DO UPDATE SET subject = excluded.subject
RETURNING failures, last_at, until;

-- name: SetThrottle :exec
UPDATE people_throttle SET failures = $3, last_at = $4, until = $5 WHERE tenant_id = $1 AND subject = $2;

-- name: ForgiveThrottle :exec
DELETE FROM people_throttle WHERE tenant_id = $1 AND subject = $2;

-- name: SweepThrottle :execrows
DELETE FROM people_throttle WHERE tenant_id = $1 AND last_at < $2 AND until < $2;

-- Staff accounts.

-- name: LoginOf :one
SELECT home_tenant, person_id FROM people_login WHERE tenant_id = $1 AND login = $2;

-- name: ClaimLogin :execrows
INSERT INTO people_login (tenant_id, login, home_tenant, person_id, claimed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, login) DO NOTHING;

-- name: DropLogins :exec
DELETE FROM people_login WHERE tenant_id = $1 AND home_tenant = $2 AND person_id = $3 AND login <> $4;

-- name: AccountOf :one
SELECT login, password, totp_sealed, last_step, enrolled_at FROM people_account WHERE tenant_id = $1 AND person_id = $2;

-- name: PutAccount :exec
INSERT INTO people_account (tenant_id, person_id, login, password, totp_sealed, last_step, enrolled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, person_id) DO UPDATE SET login = excluded.login, password = excluded.password,
    totp_sealed = excluded.totp_sealed, last_step = excluded.last_step, enrolled_at = excluded.enrolled_at;

-- name: SpendStep :execrows
UPDATE people_account SET last_step = $3 WHERE tenant_id = $1 AND person_id = $2 AND last_step < $3;

-- name: AccountsIn :many
SELECT a.person_id, p.name, a.login, a.enrolled_at FROM people_account a
JOIN people_person p ON p.tenant_id = a.tenant_id AND p.id = a.person_id
WHERE a.tenant_id = $1 ORDER BY a.login, a.person_id;

-- name: SetPassword :exec
UPDATE people_account SET password = $3 WHERE tenant_id = $1 AND person_id = $2;

-- name: DropAccount :execrows
DELETE FROM people_account WHERE tenant_id = $1 AND person_id = $2;

-- name: AdminAccounts :one
SELECT COUNT(*) FROM people_account a
JOIN people_post p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
WHERE a.tenant_id = $1 AND p.role = 'admin' AND p.until = 0;

-- name: AddRecovery :exec
INSERT INTO people_recovery (tenant_id, digest, person_id) VALUES ($1, $2, $3);

-- name: SpendRecovery :execrows
UPDATE people_recovery SET used_at = $4 WHERE tenant_id = $1 AND digest = $2 AND person_id = $3 AND used_at = 0;

-- name: DropRecovery :exec
DELETE FROM people_recovery WHERE tenant_id = $1 AND person_id = $2;

-- name: AddLink :exec
INSERT INTO people_link (tenant_id, digest, person_id, expires_at) VALUES ($1, $2, $3, $4);

-- name: DropLinks :exec
DELETE FROM people_link WHERE tenant_id = $1 AND person_id = $2;

-- name: LinkOf :one
SELECT l.person_id, l.expires_at, l.used_at, l.login, l.password, l.totp_sealed, p.name FROM people_link l
JOIN people_person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id
WHERE l.tenant_id = $1 AND l.digest = $2;

-- name: ChooseOnLink :exec
UPDATE people_link SET login = $3, password = $4, totp_sealed = $5 WHERE tenant_id = $1 AND digest = $2 AND used_at = 0;

-- name: SpendLink :execrows
UPDATE people_link SET used_at = $3, password = '', totp_sealed = '' WHERE tenant_id = $1 AND digest = $2 AND used_at = 0;

-- name: StaffByRef :one
SELECT id FROM people_person WHERE tenant_id = $1 AND ref = $2;

-- name: AddStaff :exec
INSERT INTO people_person (tenant_id, id, ref, name, standing, since) VALUES ($1, $2, $3, '', 'staff', $4);

-- name: AddPost :exec
INSERT INTO people_post (tenant_id, id, person_id, role, place_id, since) VALUES ($1, $2, $3, $4, $5, $6);

-- name: ReopenPosts :exec
UPDATE people_post SET until = 0 WHERE tenant_id = $1 AND person_id = $2 AND role = $3;

-- name: SweepLinks :execrows
DELETE FROM people_link WHERE tenant_id = $1 AND expires_at < $2;

-- name: RootOf :one
SELECT root_id FROM place_tenant WHERE tenant_id = $1;

-- name: NameIfNone :exec
UPDATE people_person SET name = $3 WHERE tenant_id = $1 AND id = $2 AND name = '';

-- Sessions.

-- name: AddSession :exec
INSERT INTO people_session (tenant_id, id, person_id, kind, digest, device, created_at, seen_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8);

-- name: SessionByDigest :one
SELECT s.id, s.person_id, s.kind, s.digest, s.prior_until, s.rotate, s.created_at, s.seen_at, s.expires_at, s.ended_at, s.duty_until,
    p.name, p.household_id, p.until, COALESCE(h.place_id, '') AS dwelling, COALESCE(n.path, '') AS path
FROM people_session s
JOIN people_person p ON p.tenant_id = s.tenant_id AND p.id = s.person_id
LEFT JOIN people_household h ON h.tenant_id = p.tenant_id AND h.id = p.household_id
LEFT JOIN place_node n ON n.tenant_id = h.tenant_id AND n.id = h.place_id
WHERE s.tenant_id = $1 AND s.id = (
    SELECT a.id FROM people_session a WHERE a.tenant_id = $1 AND a.digest = $2
    UNION ALL
    SELECT b.id FROM people_session b WHERE b.tenant_id = $1 AND b.prior_digest = $2
    LIMIT 1);

-- name: PostsHeld :many
SELECT p.role, p.place_id, COALESCE(n.path, '') AS path FROM people_post p
LEFT JOIN place_node n ON n.tenant_id = p.tenant_id AND n.id = p.place_id
WHERE p.tenant_id = $1 AND p.person_id = $2 AND p.until = 0
ORDER BY p.role, p.place_id;

-- name: SeeSession :exec
UPDATE people_session SET seen_at = $3, expires_at = $4 WHERE tenant_id = $1 AND id = $2 AND ended_at = 0 AND seen_at < $3;

-- name: KeepSession :execrows
UPDATE people_session SET duty_until = $3, expires_at = CASE WHEN expires_at < $3 THEN $3 ELSE expires_at END
WHERE tenant_id = $1 AND id = $2 AND ended_at = 0 AND kind = 'staff';

-- name: ReleaseSession :exec
UPDATE people_session SET duty_until = 0 WHERE tenant_id = $1 AND id = $2;

-- name: RotateSession :execrows
UPDATE people_session SET prior_digest = digest, prior_until = $5, digest = $4, rotate = 0
WHERE tenant_id = $1 AND id = $2 AND digest = $3 AND rotate = 1 AND ended_at = 0;

-- name: AskRotation :exec
UPDATE people_session SET rotate = 1 WHERE tenant_id = $1 AND person_id = $2 AND ended_at = 0;

-- name: OpenSessions :many
SELECT id, kind, device, created_at, seen_at, expires_at, duty_until FROM people_session
WHERE tenant_id = $1 AND person_id = $2 AND ended_at = 0 AND kind <> 'half' AND expires_at > $3
ORDER BY seen_at DESC, id DESC;

-- name: FinishSession :execrows
UPDATE people_session SET ended_at = $4 WHERE tenant_id = $1 AND person_id = $2 AND id = $3 AND ended_at = 0;

-- name: FinishOthers :execrows
UPDATE people_session SET ended_at = $4 WHERE tenant_id = $1 AND person_id = $2 AND id <> $3 AND ended_at = 0;

-- name: SweepSessions :execrows
DELETE FROM people_session WHERE tenant_id = $1 AND expires_at < $2;

-- name: PersonKnown :one
SELECT age_band FROM people_person WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- Audit.

-- name: LockAuditHead :one
INSERT INTO people_audit_head (tenant_id, seq, hash) VALUES ($1, 0, '')
ON CONFLICT (tenant_id) DO UPDATE SET seq = people_audit_head.seq
RETURNING seq, hash;

-- name: MoveAuditHead :exec
UPDATE people_audit_head SET seq = $2, hash = $3 WHERE tenant_id = $1;

-- name: AddAudit :exec
INSERT INTO people_audit (tenant_id, seq, at, actor_id, session_id, action, resource, resource_id, fields, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: AuditBefore :many
SELECT seq, at, actor_id, session_id, action, resource, resource_id, fields FROM people_audit
WHERE tenant_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3;

-- name: AuditFrom :many
SELECT seq, at, actor_id, session_id, action, resource, resource_id, fields, prev_hash, hash FROM people_audit
WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT 500;

-- name: AuditTop :one
SELECT seq, hash FROM people_audit_head WHERE tenant_id = $1;

-- name: AuditBeyond :one
SELECT COUNT(*) FROM people_audit a
WHERE a.tenant_id = $1 AND (a.seq < 1 OR a.seq > COALESCE((SELECT h.seq FROM people_audit_head h WHERE h.tenant_id = $1), 0));
