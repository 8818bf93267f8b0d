/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/words.h"

#include <inttypes.h>
#include <stdio.h>

#include "console/model/modules.h"

static const char *const phases[RELOAD_PHASES] = {
    [RELOAD_AT_REST] = "none",
    [RELOAD_STAGING] = "staging",
    [RELOAD_VERIFIED] = "verified",
    [RELOAD_QUIESCING] = "quiescing",
    [RELOAD_PROBATION] = "probation",
};

static const char *const steps[RELOAD_STEPS] = {
    [STEP_STAGE] = "stage",
    [STEP_VERIFY] = "verify",
    [STEP_QUIESCE] = "quiesce",
    [STEP_SWAP] = "swap",
    [STEP_PROBATION] = "probation",
};

static const struct {
    const char *word;
    const char *sentence; /* %PRIu64 is the detail */
} causes[RELOAD_CAUSES] = {
    [RELOAD_CAUSE_NONE] = { "none", "nothing has been reloaded" },
    [RELOAD_COMMITTED] = { "committed", "committed" },
    [RELOAD_ROLLED_BACK] = { "rolled_back", "rolled back as asked" },
    [RELOAD_BAD_SIZE] = { "bad_size",
            "does not fit into its room of %" PRIu64
            " bytes; enlarge the regions in the system description" },
    [RELOAD_BAD_ENTRY] = { "bad_entry", "begins at 0x%" PRIx64 ", outside its code" },
    [RELOAD_BAD_CHECKSUM] = { "bad_checksum",
            "what arrived of segment %" PRIu64 " is not what was sent; try again" },
    [RELOAD_NO_MODULE] = { "no_module", "what arrived is no module" },
    [RELOAD_OTHER_KIND] = { "other_kind",
            "is a component of another kind: take a module that was made for this PD" },
    [RELOAD_OTHER_INTERFACE] = { "other_interface",
            "speaks version %" PRIu64
            " of the interface to its neighbours, not theirs: build it with this system's SDK" },
    [RELOAD_OTHER_CONFIG] = { "other_config",
            "was compiled for a configuration of %" PRIu64
            " bytes, not for this system's: build it with its SDK" },
    [RELOAD_OTHER_SCHEMA] = { "other_schema",
            "cannot take over the running image's state (its oldest schema is %" PRIu64
            "): give it a conversion" },
    [RELOAD_OLDER] = { "older",
            "is version %" PRIu64 ", older than what runs; --older if that is meant" },
    [RELOAD_NEVER_AT_REST] = { "never_at_rest",
            "the PD did not come to rest in time (it was at 0x%" PRIx64 "); nothing has changed" },
    [RELOAD_FAULTED] = { "faulted",
            "the new image faulted (fault label %" PRIu64 "%s); the old one is back" },
    [RELOAD_SILENT] = { "silent",
            "the new image never was ready (it was at 0x%" PRIx64 "); the old one is back" },
    [RELOAD_NO_HEARTBEAT] = { "no_heartbeat",
            "the new image was ready, but no longer came to rest (it was at 0x%" PRIx64
            "); the old one is back" },
    [RELOAD_EXHAUSTED] = { "exhausted",
            "the new image used up its budget %" PRIu64
            " times without a rest; the old one is back" },
    [RELOAD_UNSIGNED] = { "unsigned",
            "is not signed, and this system takes signed modules only: lionscope sign --key FILE "
            "MODULE" },
    [RELOAD_OTHER_KEY] = { "other_key",
            "is signed with another key (%016" PRIx64
            ") than the one this system was built with; sign it with that one: lionscope sign "
            "--key FILE MODULE" },
    [RELOAD_BAD_SIGNATURE] = { "bad_signature",
            "is not what was signed: it has been changed since; if that was meant, sign it again: "
            "lionscope sign --key FILE MODULE" },
    [RELOAD_BAD_RELOCATION] = { "bad_relocation",
            "has a relocation (number %" PRIu64
            ") that is of no known kind or outside of it; link it with lionsos/module.ld" },
    [RELOAD_BAD_SETTING] = { "bad_setting",
            "has a setting (number %" PRIu64
            ") that cannot be copied from the image the system was booted with: the monitor needs a "
            "window on it" },
    [RELOAD_HELD] = { "held",
            "a debugger has stopped it (gdb: 'continue', or 'detach'); nothing has changed" },
    [RELOAD_MONITOR_RESTARTED] = { "monitor_restarted",
            "the monitor was restarted in the middle of it; nothing has changed: try again" },
    [RELOAD_ABANDONED] = { "abandoned", "the console fell silent; nothing has changed" },
};

const char *reload_phase_word(uint8_t phase)
{
    return phase < RELOAD_PHASES ? phases[phase] : "unknown";
}

const char *reload_cause_word(uint8_t cause)
{
    return cause < RELOAD_CAUSES && causes[cause].word != NULL ? causes[cause].word : "unknown";
}

const char *reload_step_word(unsigned step)
{
    return step < RELOAD_STEPS ? steps[step] : "unknown";
}

bool reload_came_back(uint8_t cause)
{
    return cause == RELOAD_FAULTED || cause == RELOAD_SILENT || cause == RELOAD_EXHAUSTED
            || cause == RELOAD_NO_HEARTBEAT;
}

bool reload_went_well(uint8_t cause)
{
    return cause == RELOAD_CAUSE_NONE || cause == RELOAD_COMMITTED || cause == RELOAD_ROLLED_BACK;
}

/* Labels of faults: seL4_Fault_tag. */
static const char *fault_word(uint64_t label)
{
    static const char *const words[] = { [1] = ": a capability that is not there",
        [2] = ": an unknown system call",
        [3] = ": an instruction that is none, or not allowed",
        [4] = ": a breakpoint or trap",
        [6] = ": memory that is not mapped, or not for that" };

    return label < sizeof(words) / sizeof(words[0]) && words[label] != NULL ? words[label] : "";
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void reload_explain(const struct protocol_reload_state *state, char *out, size_t size)
{
    if (state->cause < RELOAD_CAUSES && causes[state->cause].sentence != NULL) {
        snprintf(
                out, size, causes[state->cause].sentence, state->detail, fault_word(state->detail));
    } else {
        snprintf(out, size, "ended for a reason this console does not know (%u)", state->cause);
    }
}
#pragma GCC diagnostic pop

void reload_amount(uint32_t done, uint32_t of, char *out, size_t size)
{
    snprintf(out, size, "%.1f of %.1f KiB (%u %%)", done / 1024.0, of / 1024.0,
            of != 0 ? (unsigned)(100ull * done / of) : 100);
}

void reload_asked_by(const struct protocol_reload_state *state, char out[PROTOCOL_WHO_MAX + 1])
{
    for (uint16_t i = 0; i < state->who.length; i++) {
        out[i] = state->who.at[i] > ' ' && state->who.at[i] < 0x7f ? (char)state->who.at[i] : '?';
    }
    out[state->who.length] = '\0';
}

void reload_under_way(const struct protocol_reload_state *state, char *out, size_t size)
{
    char amount[60] = "", who[PROTOCOL_WHO_MAX + 1];

    reload_asked_by(state, who);
    if (state->phase == RELOAD_STAGING && state->staged_of != 0) {
        reload_amount(state->staged, state->staged_of, amount, sizeof(amount));
    }
    snprintf(out, size, "%s%s%s%s%s", reload_phase_word(state->phase),
            amount[0] != '\0' ? ", " : "", amount, who[0] != '\0' ? ", asked for by " : "", who);
}
