"""The words of `docs/guide/push-or-pull.md`; `guide` fills the figures in."""

HEAD = """# Push or pull

> Made by `leadloop simulate --guide > docs/guide/push-or-pull.md` with seeds 1 to {seeds}. Every figure is simulated from the
> stated inputs; none was measured on anybody's leads. Run `leadloop simulate --from-base` to see your own.

**Push**: a rule gives each lead to a person. **Pull**: leads lie in a pool, and people take them. **Hybrid**: pushed first, and
into the pool when nobody has begun within 15 minutes.

## The short answer

{answer}

## What has been claimed, and what it is worth

* *Closing rose by 300 % with pull.* It goes back to a vendor's own papers of about 2006. No independent source is known. The
  argument of the time was that push needs somebody who keeps its list up to date, or leads rot with people who are away. That can
  be examined, and is below.
* *Distribution by a machine converts 87 % better than by hand, several ways together 107 %* (a vendor, 2013; 2.7 million leads, 600
  customers). It compares companies with one another: those that automate differ in other ways too. It names push and pull alike.
* *Odds of contact are 100 times as high after 5 minutes as after 30* (a study of 2007; six companies). *Within an hour, 7 times as
  likely to qualify as an hour later* (2011). Both watched and did not experiment: quick callers differ from slow ones, and hot
  leads are called first.
* Against pull: others who sell distribution say that it is slower and leaves some leads unclaimed, and advise to push to a small
  pool and let that one pull.

So nothing here proves that pull is better. What can be said is under which conditions it *would* be, and these can be looked up in
your own base.

## The model

{people} people on the list, {leads} leads in 28 days that come mostly in working hours. People work Monday to Friday from 9 to 17,
on their own days. One who is idle needs a while from the news of a lead to the lead: half the time less than 12 minutes, sometimes
much more; one who has just finished something turns to the next at once. An attempt that reaches nobody takes 2 minutes and is made
again after 4 hours, six times at most; one that reaches somebody takes 12 minutes or so. From a pool, of those who hear of a lead
the first to react takes it. Of what is *pushed* to somebody, 5 % is never begun although they are there; of what lies in a *pool*,
nobody wants 10 % at first and it lies for 8 hours. Closing is expected: the sum of what each reached lead's chance was. All
policies see the same leads, the same absences and the same luck, so that differences are sharper than the figures themselves. The
same model without shifts and reactions agrees with Erlang's formula for queues (M/M/c).

Teams:

{teams}

How leads answer:

{answers}
"""

MIDDLE = """## How many times the closing

Against leads that are **handed out by hand, twice a day, to everybody on the list**:

{by_hand}

Against a good push, **by turns to those who are there**:

{by_turns}

{reading}

## The figures behind it

{details}
## What turns it around

All there, speed matters; pull and hybrid against push by turns to those who are there:

{turned}

{turning}

## How the 300 % could come about, and when it could not

{verdict}

## Look at your own

1. `leadloop simulate --from-base`, or **Measure, Push or pull** in the menu. It says of each assumption from how many of your leads
   it was fitted, and which were too few. Look first at *people: gone* and at *given and never begun*.
2. Change what you doubt: `leadloop simulate --assumptions > mine.toml`, edit, `leadloop simulate --given mine.toml`.
3. Do not trust this page, or the simulation: try it. Give half of the leads one way and half the other, by chance, and compare
   after a month. The response curve that is fitted from the past has the same flaw as the studies above: who was called sooner was
   not chosen by chance.

```toml
days = 28

[[sources]]
name = "Website"
per_week = 200
by_hour = [1, 1, 1, 1, 1, 2, 5, 10, 20, 30, 30, 30, 25, 25, 30, 30, 30, 25, 20, 15, 15, 12, 8, 4]  # 24 of any day, or 168 of a week

[[people]]
name = "Rep"
count = 5            # that many alike
cap = 50             # open leads at most
starts = 9           # hour of the day
ends = 17
days = [0, 1, 2, 3, 4]  # 0 is Monday
absent = 0.05        # share of these days missed
reaction = 12        # minutes from the news to the lead, half the time less

[[people]]
name = "Left last year"
gone = true

[response]
reach = [[5, 0.55], [60, 0.36], [1440, 0.25]]  # an attempt reaches the lead, by minutes since it came
win = [[5, 0.20], [1440, 0.12]]                # a lead reached then is won
attempts = 6
pause_minutes = 240
handling_minutes = 12
forgotten = 0.05     # of what is pushed to somebody who is there, never begun
unwanted = 0.10      # of what lies in a pool, left lying at first ...
unwanted_minutes = 480

[[policies]]
name = "turns"       # one of those there are: by-hand, listed, turns, least, pull, hybrid

[[policies]]
name = "pull with limits"
kind = "pull"        # or turns, least, hybrid
open_limit = 25      # leads one may hold and still claim
hour_limit = 6       # claims in any hour
```

## What the model leaves out

Leads are alike but for luck: nobody is better with some than with others, and nobody picks the best ones and so spoils the fairness
of a pool (only that some are left lying). Nobody works differently because of the policy: that people try harder for what they
chose, or less because a colleague may take it, is said often and is not in here. A person does one thing at a time and nothing but
leads. Local time has no daylight saving.
"""
