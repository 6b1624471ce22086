-- Room in the pages of those tables whose rows change with nearly every transaction of a follower: a new version that finds room
-- beside the old one needs no new entry in any index. It counts for pages that are filled from now on; `mingzhang views rebuild
-- all` makes all of them so.
alter table views.balances set (fillfactor = 60);
alter table views.fund_places set (fillfactor = 60);
alter table views.fund_flow_totals set (fillfactor = 60);
alter table views.projects set (fillfactor = 50);
alter table views.beneficiaries set (fillfactor = 70);
alter table views.divisions set (fillfactor = 50);
alter table views.disclosure_lines set (fillfactor = 80);
alter table views.disclosure_members set (fillfactor = 70);
alter table views.disclosure_money set (fillfactor = 60);
alter table views.disclosure_counts set (fillfactor = 60);
