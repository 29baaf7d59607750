//! Dimensions, their categories and hierarchies.

use std::collections::{HashSet, VecDeque};

use super::Period;
use crate::map::Map;

/// What a dimension is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DimensionRole {
    /// Places.
    Geo,
    /// Periods.
    Time,
    /// Anything else: nationality, sex, type of accommodation.
    Classification,
}

/// One category of a dimension.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Category {
    /// Its code, as the file writes it.
    pub code: String,
    /// Its label, as the publisher writes it; the code where there is none.
    pub label: String,
    /// Labels in other languages, by language tag (`extension` of the profile).
    pub labels: Vec<(String, String)>,
    /// The period it stands for, in a dimension of time.
    pub period: Option<Period>,
}

/// Which category is made of which others. A category may have several parents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hierarchy {
    children: Vec<Vec<u32>>,
    parents: Vec<Vec<u32>>,
    roots: Vec<u32>,
    top_down: Vec<u32>,
    depths: Vec<usize>,
}

impl Hierarchy {
    /// Among `num_categories` categories, every pair of parent and child by position.
    /// Pairs outside the dimension, of a category with itself, or that would close a
    /// circle are left out and returned.
    pub fn new(num_categories: usize, pairs: &[(u32, u32)]) -> (Self, Vec<(u32, u32)>) {
        let inside = |position: u32| (position as usize) < num_categories;
        let possible = |&(parent, child): &(u32, u32)| parent != child && inside(parent) && inside(child);
        let hierarchy = Self::of(num_categories, pairs.iter().copied().filter(possible));
        if hierarchy.top_down.len() == num_categories {
            return (hierarchy, pairs.iter().copied().filter(|pair| !possible(pair)).collect());
        }
        // There is a circle. Only then is each pair tried on its own, which is slow.
        let (mut kept, mut left_out) = (Self::of(num_categories, std::iter::empty()), Vec::new());
        let mut acyclic = Vec::new();
        for pair in pairs {
            if possible(pair) && !kept.is_ancestor(pair.1, pair.0) {
                kept.connect(pair.0, pair.1);
                acyclic.push(*pair);
            } else {
                left_out.push(*pair);
            }
        }
        (Self::of(num_categories, acyclic.into_iter()), left_out)
    }

    /// With all these pairs, each once. Where they close a circle, its members and what
    /// hangs below them are missing from `top_down`.
    fn of(num_categories: usize, pairs: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut hierarchy = Self {
            children: vec![Vec::new(); num_categories],
            parents: vec![Vec::new(); num_categories],
            depths: vec![0; num_categories],
            ..Self::default()
        };
        let mut known = HashSet::new();
        for (parent, child) in pairs {
            if known.insert((parent, child)) {
                hierarchy.connect(parent, child);
            }
        }
        hierarchy.roots =
            (0..num_categories as u32).filter(|&c| hierarchy.parents_of(c).is_empty()).collect();
        let mut open_parents: Vec<usize> = hierarchy.parents.iter().map(Vec::len).collect();
        let mut queue: VecDeque<u32> = hierarchy.roots.iter().copied().collect();
        while let Some(category) = queue.pop_front() {
            hierarchy.top_down.push(category);
            let below = hierarchy.depth_of(category).saturating_add(1);
            for &child in hierarchy.children.get(category as usize).into_iter().flatten() {
                if let (Some(depth), Some(open)) =
                    (hierarchy.depths.get_mut(child as usize), open_parents.get_mut(child as usize))
                {
                    *depth = below.max(*depth);
                    *open = open.saturating_sub(1);
                    if *open == 0 {
                        queue.push_back(child);
                    }
                }
            }
        }
        hierarchy
    }

    fn connect(&mut self, parent: u32, child: u32) {
        if let (Some(children), Some(parents)) =
            (self.children.get_mut(parent as usize), self.parents.get_mut(child as usize))
        {
            children.push(child);
            parents.push(parent);
        }
    }

    /// Whether no category has children.
    pub fn is_flat(&self) -> bool {
        // Whatever is below another one is no root.
        self.roots.len() == self.children.len()
    }

    /// The declared children of a category, in declared order.
    pub fn children_of(&self, category: u32) -> &[u32] {
        self.children.get(category as usize).map_or(&[], Vec::as_slice)
    }

    /// The parents of a category.
    pub fn parents_of(&self, category: u32) -> &[u32] {
        self.parents.get(category as usize).map_or(&[], Vec::as_slice)
    }

    /// Categories without a parent, in order.
    pub fn roots(&self) -> &[u32] {
        &self.roots
    }

    /// All categories, each after all its parents.
    pub fn top_down(&self) -> &[u32] {
        &self.top_down
    }

    /// Whether `ancestor` stands somewhere above `category`.
    pub fn is_ancestor(&self, ancestor: u32, category: u32) -> bool {
        let mut open = self.parents_of(category).to_vec();
        let mut seen = HashSet::new();
        while let Some(next) = open.pop() {
            if next == ancestor {
                return true;
            }
            if seen.insert(next) {
                open.extend_from_slice(self.parents_of(next));
            }
        }
        false
    }

    /// How many steps below a root a category stands, at most.
    pub fn depth_of(&self, category: u32) -> usize {
        self.depths.get(category as usize).copied().unwrap_or(0)
    }
}

/// A dimension of a cube. The metric dimension is none of these: its categories are the
/// cube's measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    /// Its id in the file.
    pub id: String,
    /// Its label; the id where there is none.
    pub label: String,
    /// Labels in other languages, by language tag.
    pub labels: Map<String, String>,
    /// What it is about.
    pub role: DimensionRole,
    /// Its categories, in the order of the file.
    pub categories: Vec<Category>,
    /// Which category is made of which.
    pub hierarchy: Hierarchy,
    /// The code of the category that stands for all (PxWeb's `eliminationValueCode`).
    pub elimination: Option<String>,
    codes: std::collections::HashMap<String, u32>,
    chronological: Vec<u32>,
}

impl Dimension {
    /// A dimension from its categories and the pairs of parent and child. Periods are read
    /// from the codes, then from the labels, where the role is time.
    pub fn new(
        id: impl Into<String>,
        label: impl Into<String>,
        role: DimensionRole,
        mut categories: Vec<Category>,
        hierarchy: Hierarchy,
    ) -> Self {
        if role == DimensionRole::Time {
            for category in &mut categories {
                category.period = Period::parse(&category.code).or_else(|| Period::parse(&category.label));
            }
        }
        let codes = categories.iter().zip(0u32..).map(|(c, i)| (c.code.clone(), i)).collect();
        let mut chronological: Vec<u32> = (0..categories.len() as u32).collect();
        crate::order::sort_by_key(&mut chronological, |&i| {
            (categories.get(i as usize).and_then(|c| c.period), i)
        });
        Self {
            id: id.into(),
            label: label.into(),
            labels: Map::new(),
            role,
            categories,
            hierarchy,
            elimination: None,
            codes,
            chronological,
        }
    }

    /// Number of categories.
    pub fn len(&self) -> usize {
        self.categories.len()
    }

    /// Whether there is no category.
    pub fn is_empty(&self) -> bool {
        self.categories.is_empty()
    }

    /// The position of a code.
    pub fn position(&self, code: &str) -> Option<u32> {
        self.codes.get(code).copied()
    }

    /// The category at a position.
    pub fn category(&self, position: u32) -> Option<&Category> {
        self.categories.get(position as usize)
    }

    /// Positions from the earliest period to the latest; categories without a period come
    /// first, in file order.
    pub fn chronological(&self) -> &[u32] {
        &self.chronological
    }
}
