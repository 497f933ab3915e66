"""One invented patient's frame: who, where, which story, and the days that everything hangs on."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from registry.synthetic.disease import Disease, draw_disease
from registry.synthetic.places import SITES, Place
from registry.synthetic.stories import DECK, Story, level

PATIENT_PREFIX = "SYN-"
MOST_PATIENTS = 99_999  # five digits keep the codes in the order of the files
DAYS_PER_MONTH = 30.4375
HSC_MOBILISATION_DAYS = 25
LEAD_IN_DAYS = 125
CLUSTER_AMONG = 60  # patients


def months(count: float) -> timedelta:
    """Return so many mean months as whole days."""
    return timedelta(days=round(count * DAYS_PER_MONTH))


@dataclass(frozen=True, slots=True)
class Case:
    """The patient; ``day_0`` of the never infused is the day the treatment was planned for."""

    code: str
    number: int
    rng: Random
    more: Random  # for what came to the cohort later, so that the rest stays as it was
    story: Story
    disease: Disease
    day_0: date
    course_start: date
    baseline_on: date
    enrolled_on: date
    transferred_on: date | None
    last_day: date  # nothing is recorded after it
    site: Place
    next_site: Place

    @property
    def in_cluster(self) -> bool:
        """Whether the cells came from the bad lot: a few patients of any cohort, never more."""
        return "bad_lot" in self.story.incidents and self.number <= CLUSTER_AMONG

    @property
    def infused(self) -> bool:
        return bool(self.story.product)

    def site_on(self, day: date) -> Place:
        """Return the site that followed the patient that day."""
        moved = self.transferred_on is not None and day >= self.transferred_on
        return self.next_site if moved else self.site

    def present_on(self, day: date) -> frozenset[str]:
        """Draw the descriptors present that day."""
        month = (day - self.day_0).days / DAYS_PER_MONTH
        return self.disease.present(self.rng, level(self.story.curve, month))


def draw_case(number: int, rng: Random, today: date) -> Case:
    """Draw the frame of the patient with this number, counted from 1."""
    story = DECK[(number - 1) % len(DECK)]
    first, last = story.months
    day_0 = today - timedelta(days=rng.randint(months(first).days + 10, months(last).days))
    start = day_0 - timedelta(days=HSC_MOBILISATION_DAYS if story.product == "hsc" else 0)
    # Twenty-eight days before the first product at most, or it is no baseline.
    baseline = start - timedelta(days=rng.randint(1, 3 if story.product == "hsc" else 14))
    site, next_site = rng.sample(SITES, 2)
    return Case(
        code=f"{PATIENT_PREFIX}{number:05d}",
        number=number,
        rng=rng,
        more=Random(f"{number} {day_0} {site.code}"),  # noqa: S311 - no secrets
        story=story,
        disease=draw_disease(rng),
        day_0=day_0,
        course_start=start,
        baseline_on=baseline,
        enrolled_on=_enrolled_on(story, rng, day_0, baseline),
        transferred_on=day_0 + months(story.transfer_month) if story.transfer_month else None,
        last_day=day_0 + months(story.ending.month) if story.ending else today,
        site=site,
        next_site=next_site,
    )


def _enrolled_on(story: Story, rng: Random, day_0: date, baseline: date) -> date:
    if story.ascertainment == "early":
        return day_0 + timedelta(days=rng.randint(3, 25))
    if story.ascertainment == "retrospective":
        return day_0 + timedelta(days=rng.randint(180, 400))
    if story.lead_in:
        return baseline - timedelta(days=LEAD_IN_DAYS)
    return baseline - timedelta(days=rng.randint(0, 5))
