const CONTACT_ID = /^(?<contactId>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\/|$)/iu;

/** The Amazon Connect contact that a conversation is, in lower case: its id is the contact's, alone or before a slash. Others are no contacts. */
export function contactIdOf(conversationId: string): string | undefined {
  return CONTACT_ID.exec(conversationId)?.groups?.["contactId"]?.toLowerCase();
}
