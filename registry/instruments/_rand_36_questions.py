"""The questions of the RAND-36 health survey, version 1.0, in RAND's own words.

Source: RAND 36-Item Health Survey 1.0 questionnaire items, RAND Health Care.  RAND grants its use
with conditions; the wording is unchanged, the numbers before the questions are RAND's.
"""

from registry.instruments.base import Group

_HEALTH = ("Excellent", "Very good", "Good", "Fair", "Poor")
_THAN_BEFORE = (
    "Much better now than one year ago",
    "Somewhat better now than one year ago",
    "About the same",
    "Somewhat worse now than one year ago",
    "Much worse now than one year ago",
)
_LIMITED = ("Yes, limited a lot", "Yes, limited a little", "No, not limited at all")
_YES_NO = ("Yes", "No")
_EXTENT = ("Not at all", "Slightly", "Moderately", "Quite a bit", "Extremely")
_PAIN = ("None", "Very mild", "Mild", "Moderate", "Severe", "Very severe")
_PAIN_EXTENT = ("Not at all", "A little bit", "Moderately", "Quite a bit", "Extremely")
_TIME = (
    "All of the time",
    "Most of the time",
    "A good bit of the time",
    "Some of the time",
    "A little of the time",
    "None of the time",
)
_SOCIAL_TIME = (
    "All of the time",
    "Most of the time",
    "Some of the time",
    "A little of the time",
    "None of the time",
)
_TRUE = ("Definitely true", "Mostly true", "Don't know", "Mostly false", "Definitely false")

# Number, question, its choices from 1, whether answer 1 is the healthiest.
QUESTIONNAIRE = (
    (1, "In general, would you say your health is", _HEALTH, True),
    (2, "Compared to one year ago, how would you rate your health in general now?", _THAN_BEFORE,
     True),
    (3, "Vigorous activities, such as running, lifting heavy objects, participating in strenuous "
        "sports", _LIMITED, False),
    (4, "Moderate activities, such as moving a table, pushing a vacuum cleaner, bowling, or "
        "playing golf", _LIMITED, False),
    (5, "Lifting or carrying groceries", _LIMITED, False),
    (6, "Climbing several flights of stairs", _LIMITED, False),
    (7, "Climbing one flight of stairs", _LIMITED, False),
    (8, "Bending, kneeling, or stooping", _LIMITED, False),
    (9, "Walking more than a mile", _LIMITED, False),
    (10, "Walking several blocks", _LIMITED, False),
    (11, "Walking one block", _LIMITED, False),
    (12, "Bathing or dressing yourself", _LIMITED, False),
    (13, "Cut down the amount of time you spent on work or other activities", _YES_NO, False),
    (14, "Accomplished less than you would like", _YES_NO, False),
    (15, "Were limited in the kind of work or other activities", _YES_NO, False),
    (16, "Had difficulty performing the work or other activities (for example, it took extra "
         "effort)", _YES_NO, False),
    (17, "Cut down the amount of time you spent on work or other activities", _YES_NO, False),
    (18, "Accomplished less than you would like", _YES_NO, False),
    (19, "Didn't do work or other activities as carefully as usual", _YES_NO, False),
    (20, "During the past 4 weeks, to what extent has your physical health or emotional problems "
         "interfered with your normal social activities with family, friends, neighbors, or "
         "groups?", _EXTENT, True),
    (21, "How much bodily pain have you had during the past 4 weeks?", _PAIN, True),
    (22, "During the past 4 weeks, how much did pain interfere with your normal work (including "
         "both work outside the home and housework)?", _PAIN_EXTENT, True),
    (23, "Did you feel full of pep?", _TIME, True),
    (24, "Have you been a very nervous person?", _TIME, False),
    (25, "Have you felt so down in the dumps that nothing could cheer you up?", _TIME, False),
    (26, "Have you felt calm and peaceful?", _TIME, True),
    (27, "Did you have a lot of energy?", _TIME, True),
    (28, "Have you felt downhearted and blue?", _TIME, False),
    (29, "Did you feel worn out?", _TIME, False),
    (30, "Have you been a happy person?", _TIME, True),
    (31, "Did you feel tired?", _TIME, False),
    (32, "During the past 4 weeks, how much of the time has your physical health or emotional "
         "problems interfered with your social activities (like visiting with friends, relatives, "
         "etc.)?", _SOCIAL_TIME, False),
    (33, "I seem to get sick a little easier than other people", _TRUE, False),
    (34, "I am as healthy as anybody I know", _TRUE, True),
    (35, "I expect my health to get worse", _TRUE, False),
    (36, "My health is excellent", _TRUE, True),
)  # fmt: skip

# Last question of a section, its code, what stands above its questions.
_SECTIONS = (
    (2, "general", "Health in general"),
    (12, "activities", "Does your health now limit you in these activities? If so, how much?"),
    (16, "physical", "During the past 4 weeks, have you had any of the following problems with "
                     "your work or other regular daily activities as a result of your physical "
                     "health?"),
    (19, "emotional", "During the past 4 weeks, have you had any of the following problems with "
                      "your work or other regular daily activities as a result of any emotional "
                      "problems (such as feeling depressed or anxious)?"),
    (22, "social_pain", "Social activities and pain"),
    (31, "feelings", "How much of the time during the past 4 weeks…"),
    (32, "social_time", "Social activities"),
    (36, "statements", "How TRUE or FALSE is each of the following statements for you?"),
)  # fmt: skip
GROUPS = tuple(Group(code, title) for _, code, title in _SECTIONS)


def group_of(number: int) -> str:
    """Return the code of the section a question stands in."""
    return next(code for last, code, _ in _SECTIONS if number <= last)
