// Package address reads, writes, sorts and finds addresses as Shanghai
// writes them.
//
// A dwelling is 长宁路225弄3号502室: road, lane (弄), door (号, one stair of a
// lane or one tower), room (室). Old lanes name their rooms (二层亭子间, 底层客堂,
// 前楼), compounds have names (静安桂花园6号楼302), and on the phone people say
// 6-402 or 六号楼四〇二. All of these are read into one Address:
//
//	长宁路  225弄  静安桂花园  3号   1单元  13层   502室
//	Road   Lane   Name      Door  Unit  Floor  Room
//
// Numbers are labels: building 6 may stand in a compound of two buildings,
// and 559弄 says nothing about 557弄. 号, 号楼 and 号门 are one thing; 幢, 栋 and
// 座 are kept apart, since a 幢 may hold several 号.
//
// # Finding
//
// An Index is built in memory from the places of an installation. It forgives
// one wrong, missing, extra or swapped sign in a lane or a name (255弄
// suggests 225弄), reads pinyin and its initials, and says of every hit why it
// is one, so that a guess is never shown as the address that was typed. Door
// and room numbers are never guessed: a report for 302 must not reach 303.
//
// # What it does not do
//
// It knows no coordinates and no map, does not check that an address exists,
// and drops city, district and subdistrict, which the installation knows.
package address
