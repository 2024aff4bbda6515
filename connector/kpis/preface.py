"""What holds for all KPIs, in words: the first part of docs/kpis.md."""

from __future__ import annotations

PREFACE = """\
# What every KPI means

Each figure that the connector computes, and what stands behind it. The texts under *KPIs of an account* and *KPIs of a
deal* are those that reps read in the CRM as help texts; numbers in them are the defaults of the settings under `kpis:`
([configuration](configuration.md)). This page is made by `python -m connector.kpis.document`.

## What holds for all of them

**As of.** A computation has one instant; its date in the configured `timezone` is "today". Windows are trailing: the
last {window_days} days include today and end {window_days} days before it. `--as-of DATE` moves the instant to the end
of that day, for windows and ages; the records themselves, and the stages of deals, are those of the last pull.

**Statuses.** Beside its value each figure has a status, the first that applies:

| status | value | meaning |
|---|---|---|
| `not_configured` | empty | one of its inputs is mapped to no CRM field; what the CRM field holds is left alone |
| `mixed_currency` | empty | an amount in it has no exchange rate |
| `no_data` | empty | there is nothing to compute it from |
| `zero_denominator` | empty | there are records, but they add up to 0 |
| `stale` | written | the last complete pull is more than {stale_after_hours} hours old, or there was none |
| `low_sample` | written | fewer than {min_sample} closed (or won) deals, or {min_stage_sample} entries of a stage |
| `ok` | written | |

An empty figure clears its CRM field, so that an outdated one never stays. Counts and sums over nothing are 0; ratios,
means and dates over nothing are empty. Only rates, cycles, velocity and stage conversions can be low in sample: a sum
of three deals is exact. `n` is the number of records behind a figure: those counted, those summed, or those that a
ratio is taken over.

**Ratios** are ratios of sums, never means of ratios, and fractions (0.625). They are rounded half-even, once:
in the CRM to the decimals of their field (4 for a fraction, 2 for money, days and other numbers), in `playmaker kpis`
to 2 for money and up to 6 for the rest.

**Money** is in the reporting currency (`currency`). An amount without a currency is in the organisation's own; where
the CRM does not say which that is, its rate is missing. Rates come from the CRM: HubSpot's figures per deal,
Salesforce's dated rate at the close date, else its current rate. From the organisation's currency to the reporting
one the CRM's rates are asked first, then `rates`; where that way ends, `rates` is asked for the deal's currency
itself. A missing rate empties the figure; an amount of 0 needs a rate too.

**Deals.** A deal belongs to its primary account. Open, won or lost is the word of its stage. A deal in a stage that
the CRM no longer lists is none of the three: it counts in no figure of its account and is reported. `deals:` limits
which deals count in the figures of accounts; a deal's own figures are computed in any case, and what a deal says about
a person's role or stance is knowledge about the person, whether the deal counts or not. A deal without an amount counts
where deals are counted and is left out of sums. A closed deal without a close date lies in no window.

**People.** The stakeholders of an account are the contacts whose own (primary) account it is; someone who only appears
on one of its deals counts in that deal's figures. Someone who has left, or whose relation to their own account has
ended, is not active. Role and stance are, in this order: what the contact says, what the relation to the account in
view says, what the relation to the person's own account says, what the most recent deal of the account in view says
that says anything (by creation, then id). On a deal its own word comes first. Of several roles
the first of economic, technical, user, coach, other holds; of several stances opponent, then champion, then neutral,
since a warning outweighs an endorsement. A link to a contact who is not there (deleted, or hidden from us) does not
count.

**Subsidiaries.** With `rollup: hierarchy` an account's figures are computed over it and all accounts below it, as one;
all of its deals and contacts are then "its own". Accounts whose parents form a loop each see the whole loop once; the
loop is reported. A deal without an account has the figures of a deal only.

**Strategic accounts** are those that the CRM marks so (`account.strategic` of the mapping), those for which a plan was
begun here, and those that the connection's `portfolio` rules name. Plan health and reviews are theirs alone; an action
counts wherever it is. All of them together are the portfolio: `playmaker kpis --portfolio` shows every figure of an
account over them as if they were one (under a hierarchy with the accounts below them, each counted once).

**Before and after, for the portfolio.** A figure that compares the 12 months from a plan's start with those before
has beside it the difference in differences (`difference_in_differences`), since strategic accounts are selected ones
and a plain before and after flatters: the mean change of the accounts with a plan minus that of all accounts without
one, over the same months, each start counting as often as plans began on it. The mean of a rate is the ratio of the
sums, that of a cycle the mean over deals, that of any other figure per account. n is the number of accounts on both
sides. Example: two plans changed revenue by 4,000 and 2,000, and over the same months revenue at accounts without a
plan grew by 1,000 each: 3,000 - 1,000 = 2,000.

**Reported beside the figures:** deals won but closed before they were created, deals in unlisted stages, currencies
without a rate, loops of parents, and settings that name a stage or pipeline which the CRM does not have.

**What a figure is made of.** `playmaker explain ACCOUNT KPI` (with `--deal ID` for a figure of a deal) tells the
formula in words, whether its inputs are mapped, the records that count and those that do not with the reason, what is
missing behind an unknown figure, and since when it is what it is.

**What a figure was.** Each sync keeps every figure that changed, with the formula's version. `playmaker kpis --as-of
DATE` answers with what was kept at the end of that day where the history had begun by then and a later sync has run;
for any other day the figures are reckoned for its end from what is known now. Syncs with `--as-of` and dry runs keep
nothing. After a merge in the CRM the winner has its own history, and those of the losers for the time before it began.
"""
