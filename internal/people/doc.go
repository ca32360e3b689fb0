// Package people knows who lives and works here, what each may see and do, and
// how they sign in.
//
// A resident (居民) gets in with a code on paper, one for each household, and
// stays signed in on that phone. Staff (工作人员) get in with a password and a
// code from an authenticator. Neither needs mail, SMS or the internet.
//
//	paper code ─▶ choose who of the household ─────────────▶ session, 180 days from the last use
//	set-up link ─▶ login, password ─▶ authenticator ─▶ account, 8 recovery codes
//	login + password ─▶ half session, 5 min ─▶ one-time code ─▶ session, 12 h, idle 30 min
//
// Wrong tries are counted in the database: by address and tenant for codes, by
// login for accounts. They slow down, then lock, and the fault says how long.
// A browser that signed in to a login before has tries of its own for it.
// Unknown and ended codes, and unknown logins and wrong passwords, cannot be
// told apart.
//
// A person on duty keeps their session at the alarm desk for the shift, at most
// twelve hours: there it answers alarms also after thirty idle minutes, and asks
// for the password and code again for all else. What an open page asks by itself
// keeps no staff session awake.
//
// A session is an opaque token in a cookie; the database has its digest only.
// Its owner sees and ends it. A session opened by a paper code carries no
// staff posts, even for somebody who has them: those need the second factor.
// When posts change, sessions get a new token at the next request. Ended is
// ended at once in this process and within five seconds on other nodes.
//
// A login is typed before the neighbourhood is known, so the subdistrict
// office keeps a directory from login to tenant and person. No transaction
// crosses a tenant: the login is claimed first, then the account is made; a
// claim without an account opens nothing.
//
// # Who may what
//
// access (a file for each room) is the role × resource × field matrix: a row for each thing, a
// column for each [Group], and in the cell one or several of
//
//	no      not at all
//	yes     everywhere in the tenant
//	own     about oneself or one's household
//	served  where a post of the group covers the place
//	logged  as served, and each reading goes to the audit trail
//	masked  as 陆** or 169****0001, everywhere in the tenant
//
// A row that is not there is refused. Routes name their access as
// resource.field ([Access.Allow]), services ask again with the subject
// ([Access.May], [Access.See]). The actions:
//
//	report.create report.read report.work report.confirm report.board
//	report.intake (on behalf of a person)
//	place.read   people.read   post.read post.edit
//	code.issue   import.run   audit.read   session.own
//	device.read device.edit (bind)   device.test   device.credential   device.codec
//	device.messages (as they came)   upkeep.read upkeep.work
//	account.own account.invite   key.edit   webhook.edit   overview.read
//	alarm.read alarm.answer alarm.drill alarm.roster
//	alarm.sheet (of who lives alone, while it is open)
//	alarm.family alarm.home (the household where it calls)
//	care.register care.sheet (named carers only) care.visit care.own
//
// and the fields: report.reporter report.contact place.area person.name
// person.phone person.lives_alone person.child. A row that no code asks for fails
// a test.
//
// # What is kept how
//
// Phones, living-alone flags and authenticator secrets are sealed with
// AES-256-GCM, bound to tenant, person and field; the keys lie in the data
// folder beside the database, never in it ([Sealer]). Passwords are argon2id.
//
// [Audit] writes who read and changed what, in the transaction that does it:
// ids and field names only, each entry with the SHA-256 of the one before, one
// chain for each tenant. [VerifyAudit] finds an entry changed, dropped or
// inserted. It cannot find a whole chain that was rewritten together with
// its head; an operator who fears that keeps [AuditHead] of each day elsewhere.
//
// The rules follow OWASP ASVS 5.0 level 2, graded protection level 2 (等保二级)
// as practice asks for it, and the personal information law (PIPL): under 14
// nobody has an account.
package people
