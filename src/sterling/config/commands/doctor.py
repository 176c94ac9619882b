"""`sterling doctor`."""

from __future__ import annotations

import click

from sterling.config.joined import joined


@click.command()
@click.option("--most", type=click.IntRange(0), default=5000, show_default=True, help="Timelines to replay.")
@click.option("--mend", is_flag=True, help="First compute the stored clocks of these timelines anew.")
@joined
def doctor(most: int, mend: bool) -> None:
    """Check configuration, database, clock drift, mail, the rota, and that stored clocks equal their replay.

    Prints one line a finding; exit 1, with what to do, when something is wrong.

    \b
    Examples:
      sterling doctor
      DATABASE_URL=postgresql://... sterling doctor --most 100000
    """
    from sterling.base.moment import now
    from sterling.config.checks import everything
    from sterling.sla import queries as promises
    from sterling.sla.actions.recompute import recompute

    if mend:
        for timeline in promises.newest_first(most):
            recompute(timeline_id=timeline, at=now())
    wrong = 0
    for finding in everything(now=now, most=most):
        wrong += finding.is_fault
        word = "WRONG" if finding.is_fault else "advice" if finding.remedy else "ok"
        click.echo(f"{word:<6} {finding.about:<14} {finding.text}")
        if finding.remedy:
            click.echo(f"{'':<21} -> {finding.remedy}")
    if wrong:
        raise click.ClickException(
            f"{wrong} thing{'s' if wrong > 1 else ''} to do; see the lines marked WRONG"
        )
