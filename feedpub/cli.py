"""The commands. Each imports only what it uses: cron starts them every few minutes."""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from feedpub import __version__
from feedpub.commandline import (
    Day,
    Listening,
    Moment,
    config_option,
    json_option,
    need_server,
    past_bar,
    print_json,
    progress_bar,
    read_settings,
    say,
    stopping,
)
from feedpub.errors import ConfigError, FeedpubError, LockedError
from feedpub.evaluatecommands import evaluate
from feedpub.keepingcommands import doctor, export, import_

if TYPE_CHECKING:
    from feedpub.config import Settings
    from feedpub.report import RunReport
    from feedpub.serving.address import Address
    from feedpub.trying import Answer

EXIT_FAILED, EXIT_USAGE, EXIT_LOCKED = 1, 2, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="feedpub")
def commands() -> None:
    """Turn the press releases of a bilingual government into feeds.

    Start with `feedpub init`, edit the config that it writes, then run `feedpub publish` from cron, or `feedpub run`
    as a service. Exit codes: 0 all well; 1 the run finished, but a source or an entry failed; 2 usage or config error;
    3 another run holds the lock.
    """


@commands.command()
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
def init(directory: Path) -> None:
    """Write a starter config.

    The file is feedpub.toml in DIRECTORY (default: here), with the taxonomy of topics and the gazetteer of bodies in
    topics/ beside it. It collects the press releases of the Hong Kong SAR Government in English and Traditional
    Chinese, keeps its store in var/ and publishes to public/ beside it. An existing file is never overwritten.
    """
    from importlib.resources import files

    from feedpub.subjects import PACKAGED, packaged_file

    place = directory / "feedpub.toml"
    texts = {place: files("feedpub").joinpath("starter.toml").read_text("utf-8")}
    texts |= {directory / "topics" / name: packaged_file(name).read_text("utf-8") for name in PACKAGED}
    for path in texts:
        if path.exists():
            raise ConfigError(f"{path}: is there already; nothing was written")
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as handle:
                handle.write(text)
        except OSError as problem:
            raise ConfigError(f"{path}: cannot be written: {problem.strerror}") from None
    click.echo(f"{place} is written. Set base_url in it, then: feedpub publish -c {place}", err=True)


@commands.command()
@config_option
@click.option("--source", "sources", multiple=True, metavar="ID", help="Ask only this source (may be repeated).")
@click.option("--offline", is_flag=True, help="Ask no network; publish from folders and the store.")
@click.option("--reread", is_flag=True, help="Ask nothing; read the kept pages again, after a change of feedpub.")
@click.option("--now", type=Moment(), help="Run as if it were this time (default: the clock).")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well (for cron).")
@json_option
def publish(
    config: Path,
    sources: tuple[str, ...],
    now: datetime | None,
    *,
    offline: bool,
    reread: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run the job once: collect and publish what is new.

    Prints a line for each source to standard error; with -q only when something failed. Exits with 1 if a source or a
    release failed (it is tried again next run, the others are published), with 3 at once if another run is going on.
    """
    from feedpub import job

    settings = read_settings(config)
    with progress_bar(quiet=quiet) as bar:
        moment = now or datetime.now(settings.timezone)
        # Who asks nothing tells hubs nothing either: the next run does.
        offline = offline or reread
        done = job.run(settings, job.Run(now=moment, only=sources, offline=offline, reread=reread, progress=bar))
    _tell(done, quiet=quiet, as_json=as_json)


@commands.command()
@config_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well.")
@json_option
def retag(config: Path, *, quiet: bool, as_json: bool) -> None:
    """Tag all stories anew, after an edit of the taxonomy.

    Asks no source. Writes the feeds in which something changed; nothing comes back as unread. Exits with 1 if a feed
    could not be written, with 3 at once if another run is going on.
    """
    from feedpub import job

    settings = read_settings(config)
    with progress_bar(quiet=quiet) as bar:
        done = job.retag(settings, datetime.now(settings.timezone), bar)
    _tell(done, quiet=quiet, as_json=as_json)


@commands.command()
@config_option
@click.option("--from", "first", required=True, type=Day(), help="The first day.")
@click.option("--to", "last", type=Day(), help="The last day (default: today).")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Ask only this source (may be repeated).")
@click.option("--again", is_flag=True, help="Ask again for lists that were read before, and for what failed then.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well.")
@json_option
def backfill(
    config: Path,
    first: date,
    last: date | None,
    sources: tuple[str, ...],
    *,
    again: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Collect the past, the newest days first.

    Goes on where it was stopped, whatever stopped it (Ctrl-C, SIGTERM, a power cut), and fetches no page twice. Runs of
    the job may go on meanwhile. It is as polite as they are: a year of two languages at 2 requests a second is a night.
    Exits with 1 if something could not be read or it was stopped before its end, with 3 at once if another backfill of
    the store is going on.
    """
    from feedpub import backfilling, report

    settings = read_settings(config)
    last = last or datetime.now(settings.timezone).date()
    if first > last:
        raise click.UsageError(f"--from {first} is after --to {last}")
    with stopping() as stop, past_bar(quiet=quiet) as bar:
        how = backfilling.Backfill(
            first=first,
            last=last,
            clock=lambda: datetime.now(settings.timezone),
            only=sources,
            again=again,
            stop=stop,
            progress=bar,
        )
        done = backfilling.backfill(settings, how)
    if as_json:
        print_json(done)
    for line in report.backfill_lines(done) if not quiet or not done.well else ():
        say(line, err=True)
    sys.exit(done.exit_code)


@commands.command()
@config_option
@click.option("--serve", "at", type=Listening(), help="Also serve the output directory there.")
@click.option(
    "--log", type=click.Choice(["text", "json"]), help="How events are logged (default: text on a terminal, else json)."
)
def run(config: Path, at: Address | None, log: str | None) -> None:
    """Keep running, each source on its schedule.

    Every source is asked at once, then on its schedule. Logs to standard error. SIGTERM or SIGINT (Ctrl-C) lets the run
    in progress store and publish what it has read, then ends, after 30 seconds at most; a second one ends at once.
    SIGHUP reads the config again; where something is wrong with it, the one before stays. Exits with 2 if the config
    has an error or it cannot listen there.
    """
    import faulthandler
    import os
    from contextlib import AbstractContextManager, nullcontext

    from feedpub import logs, service
    from feedpub.notifying import Notifier

    settings = read_settings(config)
    serving: AbstractContextManager[service.Server | None] = nullcontext()
    if at is not None:
        need_server()
        from feedpub.serving import server

        serving = server.running(settings, at, partial(datetime.now, settings.timezone), runs=True)
    # A watchdog ends what hangs with SIGABRT: where it hung is then said.
    faulthandler.enable()
    style = log or (logs.TEXT if sys.stderr.isatty() else logs.JSON)
    with logs.logged(sys.stderr, style), serving as beside:
        read, notifier = partial(read_settings, config), Notifier(os.environ)
        service.keep_running(settings, service.Around(read=read, server=beside, notifier=notifier))


@commands.command()
@config_option
@click.option("--at", type=Listening(), default="127.0.0.1:8000", show_default=True, help="Where; port 0 is any.")
def serve(config: Path, at: Address) -> None:
    """Serve the output directory, for a look.

    The address of the first page is printed. Where base_url has a path, everything is below that path as well. Ctrl-C
    or SIGTERM ends it. Needs the extra "serve". Exits with 2 if it cannot listen there, with 1 if there is nothing
    to serve yet.
    """
    need_server()
    from feedpub.serving import server

    settings = read_settings(config)
    if not settings.output.is_dir():
        raise FeedpubError(f"{settings.output}: nothing was published yet; run `feedpub publish -c {config}`")
    clock = partial(datetime.now, settings.timezone)
    with server.signals() as wait, server.running(settings, at, clock) as serving:
        say(f"{settings.output} is at {serving.address} (Ctrl-C ends it)", err=True)
        wait()


@commands.command()
@config_option
@click.option("--live", is_flag=True, help="Also ask each source, and show what it would give.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    metavar="N",
    help="With --live: read the newest N releases of each source and language.",
)
@click.option("--page", "where", metavar="URL|FILE", help="Instead, show one page through the rules of a source.")
@click.option("--source", metavar="ID", help="With --page: the source (default: the one whose hosts fit).")
@click.option("--url", metavar="URL", help="With --page FILE: the page's address (default: as the page says).")
@click.option("--alert", is_flag=True, help="Also send a test to the command and the webhook of [alert].")
@json_option
def check(  # noqa: PLR0913 - one for each option
    config: Path,
    limit: int,
    where: str | None,
    source: str | None,
    url: str | None,
    *,
    live: bool,
    alert: bool,
    as_json: bool,
) -> None:
    """Validate the config; with --live, also ask each source.

    The taxonomy's terms are looked at too: one that stands under two topics, twice, or that can never match. Folders
    are looked at in any case. With --live the newest releases of every source are read, and shown as they would be
    taken in, with their topics and pairs; and what would be left out, and why. With --page one page of a release or a
    list is shown through the rules of its source: what each rule finds. Nothing is stored or published. Exits with 2 if
    the config or the taxonomy has an error, with 1 if a source does not answer or gives nothing that can be read, or a
    test alert cannot be sent.
    """
    from feedpub import alerting, checks, job, report

    settings = read_settings(config)
    now = datetime.now(settings.timezone)
    if where is not None:
        if live or alert:
            raise click.UsageError("--page shows one page only; leave out --live and --alert")
        _check_page(settings, now, where, source or "", url or "", as_json=as_json)
    if source or url:
        raise click.UsageError("--source and --url go with --page")
    found = checks.check(settings, now, folders=not live)
    answers = _asked(settings, now, limit) if live else found.answers
    tried = alerting.test(settings, job.surroundings(settings, now)) if alert else report.AlertReport()
    if as_json:
        more = {"alert": tried} if alert else {}
        print_json({"config": str(config), "sources": answers, "taxonomy": found.taxonomy, **more})
    for line in checks.lines(settings, found):
        say(line, err=True)
    if answers:
        from feedpub import trytable

        trytable.show(answers)
    for line in report.alert_lines(tried):
        say(line, err=True)
    if found.taxonomy:
        sys.exit(EXIT_USAGE)
    sys.exit(EXIT_FAILED if tried.failed or any(answer.problem for answer in answers) else 0)


def _asked(settings: Settings, now: datetime, limit: int) -> tuple[Answer, ...]:
    from feedpub import trying

    with progress_bar(quiet=False) as bar:
        return trying.live(settings, now, limit, bar)


def _check_page(settings: Settings, now: datetime, where: str, source: str, url: str, *, as_json: bool) -> NoReturn:
    """Show one page through the rules: on standard output, as it was asked for."""
    from feedpub import onepage, trytable

    shown = onepage.page(settings, now, where, source, url)
    if as_json:
        print_json(trytable.as_data(shown))
    else:
        for line in trytable.page_lines(shown):
            say(line)
    sys.exit(EXIT_FAILED if shown.problem else 0)


@commands.command()
@config_option
@click.option("--fresh", is_flag=True, help="Say only which sources are not fresh, and why; nothing if all are.")
@json_option
def status(config: Path, *, fresh: bool, as_json: bool) -> None:
    """Show how each source is doing.

    The last run, the last success, how many entries, what is wrong, and which stories of the last week still have a
    single language; read from the store only. Exits with 1 if a source is failing or a release could not be read; with
    --fresh only if a source is stale, as /healthz tells it: it may be late by some runs, and miss a release.
    """
    from feedpub import state

    settings = read_settings(config)
    if fresh:
        _tell_fresh(settings, as_json=as_json)
    now = state.read(settings, datetime.now(settings.timezone))
    if as_json:
        print_json(now)
    else:
        for line in state.lines(now):
            say(line)
    sys.exit(0 if now.well else EXIT_FAILED)


def _tell_fresh(settings: Settings, *, as_json: bool) -> NoReturn:
    from feedpub import health

    found = health.look(settings, datetime.now(settings.timezone))
    if as_json:
        print_json(found)
    else:
        for line in health.lines(found):
            say(line)
    sys.exit(0 if found.status == health.OK else EXIT_FAILED)


@commands.command()
@config_option
@click.argument("which", metavar="ID|URL")
@json_option
def explain(config: Path, which: str, *, as_json: bool) -> None:
    """Say why a story is paired and tagged as it is.

    ID|URL is the id of an entry or a story, a source's own key, or the address of a release. Links come first, then the
    evidence: what speaks for and against the likeliest counterparts; then its topics with the terms that speak for
    them, and where these stand. Nothing is changed.
    """
    from feedpub import explain as explaining

    found = explaining.explain(read_settings(config), which)
    if as_json:
        print_json(found)
        return
    for one in found:
        for line in explaining.lines(one):
            say(line)


def _tell(done: RunReport, *, quiet: bool, as_json: bool) -> NoReturn:
    from feedpub import report

    if as_json:
        print_json(done)
    if not quiet or not done.well:
        for line in report.lines(done):
            say(line, err=True)
    sys.exit(done.exit_code)


for _more in (evaluate, export, import_, doctor):
    commands.add_command(_more)


def main() -> None:
    """The console script: runs a command, and says errors as sentences."""
    import atexit
    import gc

    import msgspec

    # Start-up makes many objects and no garbage, and at the end the process goes as a whole: looking for garbage more
    # rarely and not once more at exit is a tenth of a run that finds nothing new.
    gc.set_threshold(20_000)
    atexit.register(gc.freeze)
    try:
        commands(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except FeedpubError as problem:
        click.echo(f"feedpub: {problem}", err=True)
        sys.exit(_exit_code(problem))
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        # What SQLite says of a damaged file may be no text. All else that is decoded comes from others, and is dealt
        # with where it is.
        click.echo(f"feedpub: the store holds what cannot be read ({problem}); run `feedpub doctor`", err=True)
        sys.exit(EXIT_FAILED)
    except BrokenPipeError:
        sys.exit(0)


def _exit_code(problem: FeedpubError) -> int:
    if isinstance(problem, LockedError):
        return EXIT_LOCKED
    return EXIT_USAGE if isinstance(problem, ConfigError) else EXIT_FAILED
