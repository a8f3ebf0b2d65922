// Offers recordings that were never sent: methods of recorder_widget.js around the list that
// drafts.js finds. One is offered at a time, the newest first.
import { markRaw } from "vue";
import { findDrafts } from "./drafts.js";

export const draftOffers = {
  // At the start, for another conversation, when the tab is looked at again, after a reconnect.
  async look() {
    if (this.gone || document.hidden || !this.conversation) return;
    const { conversation } = this;
    const drafts = await findDrafts(this.from(), conversation, this.look);
    if (conversation === this.conversation) this.drafts = drafts.map(markRaw);
  },

  async recover(draft) {
    if (!this.act("recover")) return;
    this.note = this.reason = "";
    try {
      const take = await draft.open();
      if (this.state !== "opening") return take.putDown(); // another conversation came in between
      this.takeUp(take);
    } catch (error) {
      this.note = this.say(error.code === "InAnotherTab" ? "in_another_tab" : "not_recovered");
      this.act("missing");
      return this.look();
    }
    this.recordedMs = this.take.recordedMs;
    this.peaks = this.take.peaks ?? [];
    this.preparePreview();
    this.act("opened");
  },

  discardDraft(draft) {
    if (!this.confirmed("draft", draft.recordedMs)) return;
    this.confirming = "";
    this.drafts = this.drafts.filter(({ id }) => id !== draft.id);
    draft.discard().finally(this.look);
  },
};
