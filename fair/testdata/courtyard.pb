META
key;value
description;Courtyard and lanes, an invented vote
country;China
unit;Sample neighbourhood
num_projects;6
num_votes;10
budget;6000.00
vote_type;approval
rule;equalshares/add1
PROJECTS
project_id;cost;name;category
lamp;1200;Lamps on the lane;safety
bench;800.50;Benches under the camphor tree;rest
slide;2500;"A slide; for the ""small"" ones";play
rack;600;Racks for bicycles;order
pond;3900;A pond;play
wall;450;A wall to paint on;play
VOTES
voter_id;vote;floor
1;lamp,bench;1
2;lamp,bench,rack;2
3;lamp,slide;3
4;slide,wall;4
5;slide,wall,pond;5
6;lamp,rack;6
7;pond;1
8;bench,wall,lamp;2
9;slide,pond;3
10;;4
