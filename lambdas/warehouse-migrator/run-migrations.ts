import { BOOKKEEPING_TABLE, BOOTSTRAP, type Migration, migrationDigest, migrations, type MigrationTarget, refreshStatement } from "./migrations.ts";
import type { WarehouseSession } from "./warehouse-session.ts";

/** A migration that ran is not what stands in the list now: neither running nor skipping it would be right. */
export class MigrationChangedError extends Error {
  constructor(id: string) {
    super(
      `Migration ${id} ran with another text than it has now: either the file was edited (add a new migration instead), or the results stream or the role that reads it was replaced. ` +
        `In the second case drop what it made, delete its row from ${BOOKKEEPING_TABLE} and deploy again.`,
    );
    this.name = "MigrationChangedError";
  }
}

/**
 * Brings the warehouse up to date.
 *
 * A run may end anywhere (time-out, crash) and be run again: several statements commit together with their bookkeeping;
 * a statement that runs alone is asked for in the catalog first, because Redshift may have finished it unseen.
 * @returns the ids of the migrations that ran now
 */
export async function runMigrations(session: WarehouseSession, target: MigrationTarget, continuousRefresh: boolean): Promise<string[]> {
  for (const statement of BOOTSTRAP) await session.execute(statement);
  const recorded = new Map((await session.query(`SELECT id, digest FROM ${BOOKKEEPING_TABLE}`)).map(([id, digest]) => [id, digest]));
  const ran: string[] = [];
  for (const migration of migrations(target)) {
    const digest = recorded.get(migration.id);
    if (digest === migrationDigest(migration)) continue;
    if (digest !== undefined && migration.repeatable !== true) throw new MigrationChangedError(migration.id);
    await runOne(session, migration);
    ran.push(migration.id);
  }
  await session.execute(refreshStatement(continuousRefresh));
  return ran;
}

async function runOne(session: WarehouseSession, migration: Migration): Promise<void> {
  const [first, ...others] = migration.statements;
  // Written out, not as parameters: the other statements of a transaction hold casts (::) and know no parameters.
  const bookkeeping = [
    `DELETE FROM ${BOOKKEEPING_TABLE} WHERE id = '${migration.id}'`,
    `INSERT INTO ${BOOKKEEPING_TABLE} (id, digest, applied_at) VALUES ('${migration.id}', '${migrationDigest(migration)}', GETDATE())`,
  ];
  if (first !== undefined && others.length === 0) {
    const isDone = migration.alreadyDone !== undefined && (await session.query(migration.alreadyDone)).length > 0;
    if (!isDone) await session.execute(first);
    await session.transaction(bookkeeping);
  } else {
    await session.transaction([...migration.statements, ...bookkeeping]);
  }
}
