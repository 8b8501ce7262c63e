//! Twelve weeks of many families, instant by instant: the clock is moved, and whoever has something to do does it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use attune_kill::{client::Client, people::in_parallel};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    account::{Account, post},
    household::{Household, word},
};
use crate::{
    family::{DAYS, Family},
    product::{self, BIRTH},
};

/// Where families live: on both sides of Greenwich, at an odd half hour, and where clocks change within the run.
const ZONES: [&str; 4] = ["Europe/London", "Asia/Kolkata", "America/New_York", "Pacific/Auckland"];
/// Families of a doula at most, so that her list of closed flags is never cut.
const FAMILIES: usize = 25;
/// Requests at the same time.
const HANDS: usize = 8;
/// Before the first morning anywhere; the babies are born tomorrow or today.
const REGISTERED: Timestamp = Timestamp::constant(1_767_528_000, 0);
/// When a doula closes what she has worked with, where the family lives: before the server asks about the day
const CLOSES: i8 = 6;
/// and when she looks: just when it does.
const LOOKS: i8 = 7;
/// Hours of answers: the first, and how many.
const ANSWERS: (i8, usize) = (8, 14);

/// What happens at an instant.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Doulas of a zone close flags.
    Close { zone: usize, day: usize },
    /// Doulas of a zone read their lists.
    Look { zone: usize },
    /// A family answers.
    Answer { family: usize, day: usize },
}

/// Everybody.
pub struct Practice {
    client: Client,
    zones: Vec<TimeZone>,
    doulas: Vec<(usize, Mutex<Account>)>,
    families: Vec<Mutex<Household>>,
    by_parent: HashMap<String, usize>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Practice {
    /// Registers everybody on the day before the first.
    ///
    /// # Errors
    /// In words, when the server refuses something.
    pub fn register(client: Client, families: Vec<(String, Family)>) -> Result<Self, String> {
        debug_assert_eq!(REGISTERED.to_zoned(TimeZone::UTC).date(), date(2026, 1, 4));
        set_clock(&client, REGISTERED)?;
        let zones = ZONES.map(|name| TimeZone::get(name).map_err(|e| e.to_string()));
        let zones = zones.into_iter().collect::<Result<Vec<_>, _>>()?;
        // One after the other through the zones, so that every group lives in all of them.
        let doulas_of_zone = families.len().div_ceil(ZONES.len()).div_ceil(FAMILIES);
        let doulas = in_parallel(HANDS, doulas_of_zone * ZONES.len(), |number| {
            let zone = number % ZONES.len();
            let name = format!("doula-{number}");
            let account = Account::register(&client, "doula", &name, ZONES[zone], REGISTERED)?;
            Ok((zone, Mutex::new(account)))
        })?;
        let households = in_parallel(HANDS, families.len(), |number| {
            let (name, family) = &families[number];
            let (zone, round) = (number % ZONES.len(), number / ZONES.len());
            let doula = zone + ZONES.len() * (round % doulas_of_zone);
            let mut parent = Account::register(&client, "parent", name, ZONES[zone], REGISTERED)?;
            let token = lock(&doulas[doula].1).token(&client, REGISTERED)?;
            parent.link_to(&client, &token)?;
            client.make(&parent.token(&client, REGISTERED)?, "/v1/babies", &json!({"birth_date": BIRTH}))?;
            let hour = ANSWERS.0 + (round % ANSWERS.1) as i8;
            let household = Household {
                name: name.clone(),
                family: family.clone(),
                zone,
                hour,
                doula,
                parent,
                flags: Vec::new(),
                raised: Vec::new(),
                odd: Vec::new(),
            };
            Ok(Mutex::new(household))
        })?;
        let ids = households.iter().map(|one| lock(one).parent.id.clone());
        let by_parent = ids.zip(0..).collect();
        Ok(Self { client, zones, doulas, families: households, by_parent })
    }

    /// Lives through all days and reads every doula's whole list at the end. `tell` hears of each week.
    ///
    /// # Errors
    /// In words, when the server refuses something.
    pub fn live(self, tell: impl Fn(usize)) -> Result<Vec<Household>, String> {
        let (mut week, mut last) = (0, REGISTERED);
        for (at, steps) in self.steps()? {
            set_clock(&self.client, at)?;
            in_parallel(HANDS, steps.len(), |number| self.take(steps[number], at))?;
            let days = at.duration_since(REGISTERED).as_hours() / 24;
            if days / 7 > week {
                week = days / 7;
                tell(week as usize);
            }
            last = at;
        }
        in_parallel(HANDS, self.doulas.len(), |doula| {
            let flags = self.read(doula, "/v1/flags?status=all&limit=100", last)?;
            for flag in &flags {
                self.with_family(flag, Household::check)?;
            }
            let known: usize = self
                .families
                .iter()
                .map(|one| lock(one))
                .filter(|one| one.doula == doula)
                .map(|one| one.flags.len())
                .sum();
            if known == flags.len() {
                Ok(())
            } else {
                Err(format!("{known} flags were seen, {} are there", flags.len()))
            }
        })?;
        Ok(self
            .families
            .into_iter()
            .map(|one| one.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect())
    }

    fn steps(&self) -> Result<BTreeMap<Timestamp, Vec<Step>>, String> {
        let mut steps: BTreeMap<Timestamp, Vec<Step>> = BTreeMap::new();
        let mut add = |zone: usize, day: usize, hour: i8, step: Step| {
            let at = product::date(day).at(hour, 0, 0, 0).to_zoned(self.zones[zone].clone());
            steps.entry(at.map_err(|e| e.to_string())?.timestamp()).or_default().push(step);
            Ok::<(), String>(())
        };
        for day in 0..DAYS {
            for zone in 0..ZONES.len() {
                add(zone, day, CLOSES, Step::Close { zone, day })?;
                add(zone, day, LOOKS, Step::Look { zone })?;
            }
            for (family, household) in self.families.iter().enumerate() {
                let one = lock(household);
                if one.family.days[day].is_some() {
                    add(one.zone, day, one.hour, Step::Answer { family, day })?;
                }
            }
        }
        Ok(steps)
    }

    fn take(&self, step: Step, now: Timestamp) -> Result<(), String> {
        match step {
            Step::Close { zone, day } => {
                let token = |doula: usize| lock(&self.doulas[doula].1).token(&self.client, now);
                let of_zone = self.families.iter().map(|one| lock(one)).filter(|one| one.zone == zone);
                for mut one in of_zone {
                    let doula = token(one.doula)?;
                    one.close(&self.client, &doula, day)?;
                }
                Ok(())
            }
            Step::Look { zone } => {
                let of_zone = (0..self.doulas.len()).filter(|doula| self.doulas[*doula].0 == zone);
                for doula in of_zone {
                    for flag in self.read(doula, "/v1/flags?limit=100", now)? {
                        self.with_family(&flag, Household::see)?;
                    }
                }
                Ok(())
            }
            Step::Answer { family, day } => self.answer(family, day, now),
        }
    }

    /// A family answers; when the reply names flags, its doula looks at once.
    fn answer(&self, family: usize, day: usize, now: Timestamp) -> Result<(), String> {
        let mut one = lock(&self.families[family]);
        let Some(answer) = one.family.days[day] else { return Ok(()) };
        let named = one.answer(&self.client, day, &answer, now)?;
        if named.is_empty() {
            return Ok(());
        }
        let path = format!("/v1/flags?status=all&limit=100&client={}", one.parent.id);
        let flags = self.read(one.doula, &path, now)?;
        for flag in &flags {
            let zone = &self.zones[one.zone];
            one.see(flag, zone)?;
        }
        for id in named {
            if !flags.iter().any(|flag| flag["id"] == json!(id)) {
                one.odd.push(format!("flag {id} of day {day} is not in the doula's list"));
            }
        }
        Ok(())
    }

    fn with_family(
        &self,
        flag: &Value,
        does: impl Fn(&mut Household, &Value, &TimeZone) -> Result<(), String>,
    ) -> Result<(), String> {
        let parent = word(&flag["parent"]["id"])?;
        let family = self.by_parent.get(parent).ok_or_else(|| format!("a flag of nobody: {flag}"))?;
        let mut one = lock(&self.families[*family]);
        let zone = &self.zones[one.zone];
        does(&mut one, flag, zone)
    }

    /// All pages of a doula's list.
    fn read(&self, doula: usize, path: &str, now: Timestamp) -> Result<Vec<Value>, String> {
        let token = lock(&self.doulas[doula].1).token(&self.client, now)?;
        let (mut all, mut next) = (Vec::new(), path.to_owned());
        loop {
            let page = self.client.get(&token, next)?;
            all.extend(page["data"].as_array().ok_or("a page without data")?.iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return Ok(all) };
            next = format!("{path}&cursor={cursor}");
        }
    }
}

fn set_clock(client: &Client, at: Timestamp) -> Result<(), String> {
    post(client, "/v1/sandbox/clock", &json!({"set": at})).map(drop)
}
